package org.fieldstream.server.grpc;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * The way of requests into the gRPC server: each goes there as a {@link PacedBody}, and the method
 * that is called finds its own here, because Vert.x calls it before it returns. For one event loop.
 */
final class PacedRequests implements Handler<HttpServerRequest> {
  private final Handler<HttpServerRequest> grpc;
  private final Current current;

  /** The request that is being handed over; made before the services that look for it. */
  static final class Current {
    private @Nullable PacedBody body;

    /** The request of the call that just began. */
    PacedBody body() {
      PacedBody now = body;
      if (now == null) {
        throw new IllegalStateException("body: asked for late (expected: as the call begins)");
      }
      return now;
    }
  }

  PacedRequests(Handler<HttpServerRequest> grpc, Current current) {
    this.grpc = grpc;
    this.current = current;
  }

  @Override
  public void handle(HttpServerRequest request) {
    PacedBody body = new PacedBody(request);
    current.body = body;
    try {
      grpc.handle(body);
    } finally {
      current.body = null;
    }
  }
}
