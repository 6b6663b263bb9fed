package org.fieldstream.server.grpc;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A way for messages around Vert.x's gRPC, which copies each of them into a new array to put five
 * bytes before it. The headers, which go with the first message, and the end are still Vert.x's.
 *
 * @param <R> type of the messages
 */
final class UncopiedBody<R> {
  /** gRPC-Web and JSON have messages of another form. */
  private static final Set<String> PLAIN = Set.of("application/grpc", "application/grpc+proto");

  private final HttpServerResponse response;
  private final Function<? super R, ByteBuf> framing;

  private UncopiedBody(HttpServerResponse response, Function<? super R, ByteBuf> framing) {
    this.response = response;
    this.framing = framing;
  }

  /**
   * The way for the answer to a request; null where there is none.
   *
   * @param framing a message with the five bytes before it, in memory that nobody has to release
   */
  static <R> @Nullable UncopiedBody<R> of(
      HttpServerRequest request, Function<? super R, ByteBuf> framing) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && PLAIN.contains(type)
        ? new UncopiedBody<>(request.response(), framing)
        : null;
  }

  /**
   * Sends a message after the first.
   *
   * @return completes when it has left for the network
   * @throws IllegalStateException if the response has ended
   */
  Future<Void> write(R message) {
    return response.write(BufferInternal.buffer(framing.apply(message)));
  }
}
