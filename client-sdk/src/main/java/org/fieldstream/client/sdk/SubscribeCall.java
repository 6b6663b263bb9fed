package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.MessageSizeOverflowException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fieldstream.v1.SamplerServiceGrpcClient;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.jspecify.annotations.Nullable;

/**
 * One Subscribe call: delivers as many messages as were fetched and exactly one ending, on the
 * context it was made for. A connection that stays silent is pinged, so that a vanished server is
 * noticed though no byte tells of it.
 *
 * <p>Speaks gRPC over Vert.x's HTTP/2 itself: Vert.x's gRPC client puts messages together in
 * buffers that grow, and takes them apart by copying, which was measured to cost twice the CPU
 * time.
 */
final class SubscribeCall {
  private static final String URI =
      "/"
          + SamplerServiceGrpcClient.Subscribe.serviceName().fullyQualifiedName()
          + "/"
          + SamplerServiceGrpcClient.Subscribe.methodName();

  private static final String CONTENT_TYPE = "application/grpc";
  private static final int HTTP_OK = 200;

  /** HTTP/2's error code for a stream that is no longer wanted. */
  private static final long CANCEL = 8;

  private final Strand strand;
  private final HttpClient http;
  private final SocketAddress address;
  private final SubscribeRequest message;
  private final ClientOptions options;
  private final CallListener listener;
  private final MessageFrames frames;

  /** Read off the wire before the reader wanted them. */
  private final Queue<ByteString> early = new ArrayDeque<>();

  private long credit;
  private boolean over;
  private boolean delivering;
  private boolean bodyEnded;
  private @Nullable KeepAlive keepAlive;
  private @Nullable HttpClientRequest request;
  private @Nullable HttpClientResponse response;

  SubscribeCall(
      Strand strand,
      HttpClient http,
      SocketAddress address,
      SubscribeRequest message,
      ClientOptions options,
      CallListener listener) {
    this.strand = strand;
    this.http = http;
    this.address = address;
    this.message = message;
    this.options = options;
    this.listener = listener;
    frames = new MessageFrames(options.maxMessageBytes());
  }

  /**
   * Starts the call.
   *
   * @param fetch messages wanted so far
   */
  void open(long fetch) {
    credit = fetch;
    Future<HttpClientRequest> connected =
        http.request(
            new RequestOptions().setMethod(HttpMethod.POST).setServer(address).setURI(URI));
    connected.onSuccess(
        made -> {
          if (over) {
            made.reset(CANCEL);
          } else {
            send(made);
          }
        });
    // A peer that takes the connection and says nothing would keep us for ever: there is nothing to
    // ping yet.
    connected
        .timeout(options.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(this::broken);
  }

  private void send(HttpClientRequest made) {
    request = made;
    made.exceptionHandler(this::broken);
    keepAlive =
        new KeepAlive(
            strand.vertx(),
            made.connection(),
            options.keepAlive(),
            () -> broken(new TimeoutException("ping")));
    made.response()
        .onComplete(
            arrived -> {
              if (arrived.failed()) {
                broken(arrived.cause());
              } else if (!over) {
                receive(arrived.result());
              }
            });
    byte[] bytes = message.toByteArray();
    made.putHeader("content-type", CONTENT_TYPE)
        .putHeader("te", "trailers")
        .setChunked(true)
        .end(
            Buffer.buffer(5 + bytes.length)
                .appendByte((byte) 0)
                .appendInt(bytes.length)
                .appendBytes(bytes))
        .onFailure(this::broken);
  }

  private void receive(HttpClientResponse arrived) {
    // A reset carries no sentence: a server or a proxy went away. As a break, it is tried again.
    arrived.exceptionHandler(this::broken);
    String type = arrived.getHeader("content-type");
    if (arrived.statusCode() != HTTP_OK || type == null || !type.startsWith(CONTENT_TYPE)) {
      reset();
      broken(
          new IllegalStateException(
              "HTTP status " + arrived.statusCode() + ", " + type + ": not a gRPC server"));
      return;
    }
    response = arrived;
    arrived.handler(this::read);
    arrived.endHandler(
        ignored -> {
          bodyEnded = true;
          deliver();
        });
    deliver();
  }

  private void read(Buffer piece) {
    if (over) {
      return;
    }
    try {
      frames.take(piece, early::add);
    } catch (MessageSizeOverflowException e) {
      refuse(
          GrpcStatus.RESOURCE_EXHAUSTED,
          String.format(
              "message: %d bytes (expected: at most %d; ask for a smaller batch_size)",
              e.messageSize(), options.maxMessageBytes()),
          "batch_size",
          e);
      return;
    } catch (MessageFrames.CompressedException e) {
      refuse(GrpcStatus.DATA_LOSS, String.valueOf(e.getMessage()), null, e);
      return;
    }
    deliver();
  }

  /** Hands on what is wanted, and lets the wire wait while nothing is. */
  private void deliver() {
    // Whoever takes a message may want another one from within.
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      while (!over && credit > 0 && !early.isEmpty()) {
        if (credit != Long.MAX_VALUE) {
          credit--;
        }
        hand(early.remove());
      }
    } finally {
      delivering = false;
    }
    HttpClientResponse open = response;
    if (over || open == null) {
      return;
    }
    if (bodyEnded && early.isEmpty()) {
      ended(open);
    } else if (credit > 0) {
      open.resume();
    } else {
      open.pause();
    }
  }

  private void hand(ByteString bytes) {
    SubscribeResponse next;
    try {
      next = MessageReader.read(bytes);
    } catch (IOException e) {
      refuse(GrpcStatus.DATA_LOSS, "message: not a SubscribeResponse", null, e);
      return;
    }
    listener.onMessage(this, next);
  }

  /** Wants {@code n} more messages. */
  void fetch(long n) {
    credit = credit + n < 0 ? Long.MAX_VALUE : credit + n;
    deliver();
  }

  /** Gives the call up; nothing is heard of it any more. */
  void cancel() {
    reset();
    end(() -> {});
  }

  private void ended(HttpClientResponse arrived) {
    String code = arrived.getTrailer("grpc-status");
    code = code == null ? arrived.getHeader("grpc-status") : code;
    if (code == null) {
      broken(new IllegalStateException("the call ended without a status"));
      return;
    }
    GrpcStatus status = status(code);
    if (status == GrpcStatus.OK) {
      end(() -> listener.onEnd(this));
    } else {
      FieldstreamException reason =
          StatusDetails.exception(status, arrived.trailers(), arrived.headers());
      end(() -> listener.onRefused(this, reason));
    }
  }

  /** What is no status at all counts as UNKNOWN ("Statuses and their use in gRPC"). */
  private static GrpcStatus status(String code) {
    try {
      GrpcStatus status = GrpcStatus.valueOf(Integer.parseInt(code));
      return status == null ? GrpcStatus.UNKNOWN : status;
    } catch (NumberFormatException e) {
      return GrpcStatus.UNKNOWN;
    }
  }

  /** A stream with a hole must not go on. */
  private void refuse(GrpcStatus status, String sentence, @Nullable String field, Exception cause) {
    FieldstreamException reason = new FieldstreamException(status, sentence, field, cause);
    reset();
    end(() -> listener.onRefused(this, reason));
  }

  private void broken(Throwable cause) {
    end(() -> listener.onBroken(this, cause));
  }

  private void end(Runnable last) {
    if (over) {
      return;
    }
    over = true;
    early.clear();
    if (keepAlive != null) {
      keepAlive.stop();
    }
    last.run();
  }

  /** Tells the server that nobody listens any more; one that is gone is not told. */
  private void reset() {
    HttpClientRequest open = request;
    if (open != null && !over && !bodyEnded) {
      open.reset(CANCEL);
    }
  }
}
