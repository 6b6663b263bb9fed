package org.fieldstream.server.grpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;

/** The peer: a server and a client of grpc-java for the same method. */
final class GrpcJava {
  private static final String SERVICE = "fieldstream.v1.SamplerService";

  /** As our client has it; grpc-java's own is 1 MiB. */
  private static final int WINDOW = 8 << 20;

  private static final MethodDescriptor<SubscribeRequest, SubscribeResponse> SUBSCRIBE =
      MethodDescriptor.<SubscribeRequest, SubscribeResponse>newBuilder()
          .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
          .setFullMethodName(SERVICE + "/Subscribe")
          .setRequestMarshaller(ProtoUtils.marshaller(SubscribeRequest.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(SubscribeResponse.getDefaultInstance()))
          .build();

  private GrpcJava() {}

  /**
   * A server that sends a ready-made message as often as asked, whenever its transport is ready.
   */
  static Server server(ReadyMade ready) {
    SubscribeResponse message = ready.message();
    try {
      return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
          .addService(
              ServerServiceDefinition.builder(SERVICE)
                  .addMethod(
                      SUBSCRIBE,
                      ServerCalls.asyncServerStreamingCall(
                          (request, observer) -> send(request, message, observer)))
                  .build())
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("grpc-java's server does not start", e);
    }
  }

  private static void send(
      SubscribeRequest request,
      SubscribeResponse message,
      StreamObserver<SubscribeResponse> observer) {
    ServerCallStreamObserver<SubscribeResponse> call =
        (ServerCallStreamObserver<SubscribeResponse>) observer;
    long[] left = {request.getCount() / message.getCount()};
    call.setOnReadyHandler(
        () -> {
          while (left[0] > 0 && call.isReady()) {
            call.onNext(message);
            if (--left[0] == 0) {
              call.onCompleted();
            }
          }
        });
  }

  /** A channel to a server on a loopback port. */
  static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
        .usePlaintext()
        .maxInboundMessageSize(64 << 20)
        .initialFlowControlWindow(WINDOW)
        .build();
  }

  /** Reads a stream to its end; completes with the bytes of field values that came. */
  static CompletableFuture<Long> read(ManagedChannel channel, SubscribeRequest request) {
    CompletableFuture<Long> done = new CompletableFuture<>();
    ClientCalls.asyncServerStreamingCall(
        channel.newCall(SUBSCRIBE, CallOptions.DEFAULT),
        request,
        new StreamObserver<>() {
          private long bytes;

          @Override
          public void onNext(SubscribeResponse message) {
            bytes += message.getFields().size();
          }

          @Override
          public void onError(Throwable failure) {
            done.completeExceptionally(failure);
          }

          @Override
          public void onCompleted() {
            done.complete(bytes);
          }
        });
    return done;
  }
}
