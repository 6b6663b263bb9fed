package org.fieldstream.server.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fieldstream.v1.ProposeRequest;
import org.fieldstream.v1.ProposeResponse;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.jspecify.annotations.Nullable;

/** A real client of a server on a loopback port. */
public final class StreamClient implements AutoCloseable {
  private static final ServiceMethod<SubscribeResponse, SubscribeRequest> SUBSCRIBE =
      method("fieldstream.v1.SamplerService", "Subscribe", SubscribeResponse.getDefaultInstance());

  private static final ServiceMethod<ProposeResponse, ProposeRequest> PROPOSE =
      method("fieldstream.v1.SamplerService", "Propose", ProposeResponse.getDefaultInstance());

  private final Vertx vertx;
  private final SocketAddress address;
  private final GrpcClient client;

  /** How a call ended, and what came before. */
  public record Outcome<R>(
      List<R> messages,
      GrpcStatus status,
      String message,
      com.google.rpc.@Nullable Status details) {}

  /** A running subscription. */
  public static final class Running {
    private final GrpcClientRequest<SubscribeRequest, SubscribeResponse> request;
    private final List<SubscribeResponse> messages = new ArrayList<>();
    private final Promise<Outcome<SubscribeResponse>> end = Promise.promise();

    Running(GrpcClientRequest<SubscribeRequest, SubscribeResponse> request) {
      this.request = request;
    }

    /** Messages received so far. */
    public int received() {
      synchronized (messages) {
        return messages.size();
      }
    }

    /** The messages received so far. */
    public List<SubscribeResponse> messages() {
      synchronized (messages) {
        return List.copyOf(messages);
      }
    }

    /** Configurations received so far. */
    public long configurations() {
      synchronized (messages) {
        return messages.stream().mapToLong(SubscribeResponse::getCount).sum();
      }
    }

    /** Completes when the stream has ended. */
    public Outcome<SubscribeResponse> end() {
      return TestServer.await(end.future());
    }

    /** Whether the stream has ended. */
    public boolean hasEnded() {
      return end.future().isComplete();
    }

    /** Cancels the stream. */
    public void cancel() {
      request.cancel();
    }

    /** Breaks the connection. */
    public void disconnect() {
      TestServer.await(request.connection().close());
    }
  }

  /** A client with one connection, as read as the server lets it. */
  public StreamClient(Vertx vertx, int port) {
    this.vertx = vertx;
    this.address = SocketAddress.inetSocketAddress(port, "127.0.0.1");
    this.client =
        GrpcClient.client(
            vertx,
            new GrpcClientOptions().setMaxMessageSize(64 << 20),
            new HttpClientOptions()
                // With an upgrade the server may use a frame size the client does not expect yet.
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MultiplexingLimit(1000)
                .setInitialSettings(
                    new Http2Settings().setInitialWindowSize(1 << 20).setMaxFrameSize(1 << 20))
                .setHttp2ConnectionWindowSize(256 << 20));
  }

  /** Subscribes and reads to the end. */
  public Outcome<SubscribeResponse> collect(SubscribeRequest request) {
    return subscribe(request, 0).end();
  }

  /** Subscribes and reads. */
  public Running subscribe(SubscribeRequest request) {
    return subscribe(request, 0);
  }

  /** Subscribes with a deadline in milliseconds, 0 for none. */
  public Running subscribe(SubscribeRequest message, long deadline) {
    GrpcClientRequest<SubscribeRequest, SubscribeResponse> request =
        TestServer.await(client.request(address, SUBSCRIBE));
    if (deadline > 0) {
      request.timeout(deadline, TimeUnit.MILLISECONDS);
    }
    Running running = running(request);
    request.end(message);
    return running;
  }

  private static Running running(GrpcClientRequest<SubscribeRequest, SubscribeResponse> request) {
    Running running = new Running(request);
    request
        .response()
        .onSuccess(
            response -> {
              response.handler(
                  m -> {
                    synchronized (running.messages) {
                      running.messages.add(m);
                    }
                  });
              response.invalidMessageHandler(running.end::tryFail);
              response.exceptionHandler(running.end::tryFail);
              response.errorHandler(
                  e -> running.end.tryFail(new IllegalStateException("stream: " + e)));
              response.endHandler(
                  v -> running.end.tryComplete(outcome(running.messages, response)));
            })
        .onFailure(running.end::tryFail);
    return running;
  }

  /** A session of proposals to be opened. */
  public Proposing propose() {
    return propose(0);
  }

  /** A session of proposals of a client that does not read its answers before it is told to. */
  public Proposing proposeUnread() {
    return new Proposing(TestServer.await(client.request(address, PROPOSE)), false);
  }

  /** A session of proposals with a deadline in milliseconds, 0 for none. */
  public Proposing propose(long deadline) {
    GrpcClientRequest<ProposeRequest, ProposeResponse> request =
        TestServer.await(client.request(address, PROPOSE));
    if (deadline > 0) {
      request.timeout(deadline, TimeUnit.MILLISECONDS);
    }
    return new Proposing(request, true);
  }

  /** Calls a unary method. */
  public <Q extends Message, R extends Message> Outcome<R> call(
      String service, String name, Q message, R prototype) {
    ServiceMethod<R, Q> method = method(service, name, prototype);
    return call(method, message);
  }

  /** Calls a method with bytes that may be no message; null for no message at all. */
  public Outcome<Buffer> callRaw(String service, String name, @Nullable Buffer message) {
    ServiceMethod<Buffer, Buffer> method =
        ServiceMethod.client(
            ServiceName.create(service),
            name,
            GrpcMessageEncoder.IDENTITY,
            GrpcMessageDecoder.IDENTITY);
    return call(method, message);
  }

  /** Subscribes with one message too many. */
  public Outcome<SubscribeResponse> subscribeTwice(SubscribeRequest message) {
    GrpcClientRequest<SubscribeRequest, SubscribeResponse> request =
        TestServer.await(client.request(address, SUBSCRIBE));
    Running running = running(request);
    request.write(message);
    request.end(message);
    return running.end();
  }

  /** Calls a method that takes a stream of messages, at the pace the server reads them. */
  public <Q extends Message, R extends Message> Outcome<R> clientStream(
      String service, String name, List<Q> parts, R prototype) {
    ServiceMethod<R, Q> method = method(service, name, prototype);
    return send(method, parts);
  }

  private <Q, R> Outcome<R> call(ServiceMethod<R, Q> method, @Nullable Q message) {
    return send(method, message == null ? List.of() : List.of(message));
  }

  private <Q, R> Outcome<R> send(ServiceMethod<R, Q> method, List<Q> parts) {
    List<R> messages = new ArrayList<>();
    Promise<Outcome<R>> end = Promise.promise();
    GrpcClientRequest<Q, R> request = TestServer.await(client.request(address, method));
    // Before the request goes out: an answer that comes first would be over unheard.
    request
        .response()
        .onSuccess(
            response -> {
              response.handler(messages::add);
              response.endHandler(v -> end.complete(outcome(messages, response)));
            })
        .onFailure(end::fail);
    if (parts.size() == 1) {
      request.end(parts.get(0));
    } else {
      // A call that ended early refuses further parts; how it ended is the answer.
      Future<Void> written = Future.succeededFuture();
      for (Q part : parts) {
        written = written.compose(v -> request.write(part));
      }
      written.onSuccess(v -> request.end());
    }
    return TestServer.await(end.future());
  }

  /**
   * Vert.x looks for the message in the headers only; a stream that has begun has it at its end.
   */
  private static String message(GrpcClientResponse<?, ?> response) {
    String atEnd = response.trailers().get("grpc-message");
    return atEnd == null
        ? String.valueOf(response.statusMessage())
        : URLDecoder.decode(atEnd.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  static <R> Outcome<R> outcome(List<R> messages, GrpcClientResponse<?, R> response) {
    String details = response.trailers().get("grpc-status-details-bin");
    if (details == null) {
      details = response.headers().get("grpc-status-details-bin");
    }
    try {
      return new Outcome<>(
          List.copyOf(messages),
          response.status(),
          message(response),
          details == null
              ? null
              : com.google.rpc.Status.parseFrom(Base64.getDecoder().decode(details)));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static <Q extends Message, R extends Message> ServiceMethod<R, Q> method(
      String service, String name, R prototype) {
    return ServiceMethod.client(
        ServiceName.create(service),
        name,
        GrpcMessageEncoder.<Q>encoder(),
        GrpcMessageDecoder.<R>decoder(prototype.newBuilderForType()));
  }

  /** The client's Vert.x. */
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public void close() {
    Future<Void> closed = client.close().transform(v -> vertx.close());
    TestServer.await(closed);
  }
}
