package org.fieldstream.server.grpc;

import com.google.protobuf.Message;
import io.vertx.core.Vertx;
import io.vertx.core.streams.ReadStream;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.InvalidMessageException;
import io.vertx.grpc.common.MessageSizeOverflowException;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.common.WireFormat;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.ServiceBuilder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * Binds methods. The generated stubs are not used: they hide cancellation, deadlines and metadata,
 * and lose a failure that arrives after the first message.
 */
final class Methods {
  /** A request, or why it cannot be read: Vert.x would reset the stream without a word. */
  record Decoded<Q>(@Nullable Q message, @Nullable String problem) {}

  private Methods() {}

  /**
   * Binds a method.
   *
   * @param prototype default instance of the request message
   * @param handler receives each request on its event loop
   */
  static <Q extends Message, R> void bind(
      ServiceBuilder service,
      ServiceName name,
      String method,
      Q prototype,
      GrpcMessageEncoder<R> encoder,
      Vertx vertx,
      FieldstreamMeters meters,
      BiConsumer<Q, Call<R>> handler) {
    bind(
        service,
        name,
        method,
        prototype,
        encoder,
        request -> new Call<>(vertx, request, meters),
        handler);
  }

  /**
   * Binds a method whose calls are made in a way of its own.
   *
   * @param prototype default instance of the request message
   * @param calls makes the call of a request
   * @param handler receives each request on its event loop
   */
  static <Q extends Message, R> void bind(
      ServiceBuilder service,
      ServiceName name,
      String method,
      Q prototype,
      GrpcMessageEncoder<R> encoder,
      Function<GrpcServerRequest<?, R>, Call<R>> calls,
      BiConsumer<Q, Call<R>> handler) {
    ServiceMethod<Decoded<Q>, R> bound =
        ServiceMethod.server(name, method, encoder, decoder(prototype));
    service.bind(bound, request -> accept(request, calls.apply(request), handler));
  }

  /**
   * What takes the messages of a call that has many. Called on the call's event loop.
   *
   * @param <Q> type of the messages
   */
  interface Inbound<Q> {
    /** The next message. */
    void message(Q message);

    /** The client has half-closed: no message follows. */
    void ended();
  }

  /**
   * Binds a method that takes many request messages.
   *
   * @param prototype default instance of the request message
   * @param calls makes the call of a request
   * @param opener makes what takes a call's messages, from the call and the stream they come on,
   *     which it may pause
   */
  static <Q extends Message, R> void bindStream(
      ServiceBuilder service,
      ServiceName name,
      String method,
      Q prototype,
      GrpcMessageEncoder<R> encoder,
      Function<GrpcServerRequest<?, R>, Call<R>> calls,
      BiFunction<Call<R>, ReadStream<?>, Inbound<Q>> opener) {
    ServiceMethod<Decoded<Q>, R> bound =
        ServiceMethod.server(name, method, encoder, decoder(prototype));
    service.bind(
        bound,
        request -> {
          Call<R> call = calls.apply(request);
          acceptAll(request, call, opener.apply(call, request));
        });
  }

  private static <Q, R> void acceptAll(
      GrpcServerRequest<Decoded<Q>, R> request, Call<R> call, Inbound<Q> inbound) {
    refuseInvalid(request, call);
    request.handler(
        decoded -> {
          if (decoded.message() == null) {
            call.interrupt(badMessage(String.valueOf(decoded.problem()), "the method's message"));
          } else {
            start(decoded.message(), call, (message, open) -> inbound.message(message));
          }
        });
    request.endHandler(
        v -> {
          if (!call.isOver()) {
            inbound.ended();
          }
        });
  }

  private static void refuseInvalid(GrpcServerRequest<?, ?> request, Call<?> call) {
    request.invalidMessageHandler(invalid -> call.interrupt(invalid(invalid)));
  }

  private static <Q, R> void accept(
      GrpcServerRequest<Decoded<Q>, R> request, Call<R> call, BiConsumer<Q, Call<R>> handler) {
    refuseInvalid(request, call);
    AtomicBoolean seen = new AtomicBoolean();
    request.handler(
        decoded -> {
          if (seen.getAndSet(true)) {
            call.interrupt(badMessage("a second message", "one"));
          } else if (decoded.message() == null) {
            call.fail(badMessage(String.valueOf(decoded.problem()), "the method's message"));
          } else {
            start(decoded.message(), call, handler);
          }
        });
    request.endHandler(
        v -> {
          if (!seen.get()) {
            call.fail(badMessage("none", "one message"));
          }
        });
  }

  private static <Q, R> void start(Q message, Call<R> call, BiConsumer<Q, Call<R>> handler) {
    if (call.isOver()) {
      // Its deadline passed before its message came.
      return;
    }
    try {
      handler.accept(message, call);
    } catch (RuntimeException e) {
      call.fail(e);
    }
  }

  /** Why a message that is no message cannot be taken. */
  static ServiceException invalid(InvalidMessageException invalid) {
    return invalid instanceof MessageSizeOverflowException overflow
        ? ServiceException.of(
            ErrorCode.QUOTA_EXCEEDED,
            "request: "
                + overflow.messageSize()
                + " bytes (expected: fewer, the server's message limit; send smaller ones)")
        : badMessage("unreadable", "a gRPC message");
  }

  static ServiceException badMessage(String found, String expected) {
    return ServiceException.of(
        ErrorCode.BAD_MESSAGE, "request: " + found + " (expected: " + expected + ")");
  }

  private static <Q extends Message> GrpcMessageDecoder<Decoded<Q>> decoder(Q prototype) {
    GrpcMessageDecoder<Q> plain = GrpcMessageDecoder.decoder(prototype.newBuilderForType());
    return new GrpcMessageDecoder<>() {
      @Override
      public Decoded<Q> decode(GrpcMessage message) {
        try {
          return new Decoded<>(plain.decode(message), null);
        } catch (CodecException e) {
          return new Decoded<>(null, "unreadable");
        }
      }

      @Override
      public boolean accepts(WireFormat format) {
        return plain.accepts(format);
      }
    };
  }
}
