package org.fieldstream.client.sdk;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;

/**
 * Pings a connection that may be silent for long, so that a vanished server is noticed though no
 * byte tells of it. Confined to one context.
 */
final class KeepAlive {
  private final Vertx vertx;
  private final long timer;
  private boolean pingOut;

  /**
   * Starts to ping.
   *
   * @param every how often; a ping not answered within this time means that the server is gone
   * @param gone called once then, after the connection was closed
   */
  KeepAlive(Vertx vertx, HttpConnection connection, Duration every, Runnable gone) {
    this.vertx = vertx;
    timer =
        vertx.setPeriodic(
            every.toMillis(),
            id -> {
              if (pingOut) {
                vertx.cancelTimer(id);
                connection.close();
                gone.run();
                return;
              }
              pingOut = true;
              connection
                  .ping(Buffer.buffer(8).appendLong(System.nanoTime()))
                  .onComplete(pong -> pingOut = pong.failed());
            });
  }

  /** Stops. */
  void stop() {
    vertx.cancelTimer(timer);
  }
}
