package org.fieldstream.server.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/**
 * One page that watches. It holds one event at most that the network has not taken; what comes
 * meanwhile passes it by. Confined to its context but for {@link #offer} and {@link #end}.
 */
final class Viewer {
  private final Context context;
  private final HttpServerResponse response;
  private final long patienceNanos;
  private boolean writing;
  private long writingSince;

  Viewer(Context context, HttpServerResponse response, Duration patience) {
    this.context = context;
    this.response = response;
    this.patienceNanos = patience.toNanos();
  }

  /** Sends an event if the one before is out; from any thread. */
  void offer(Buffer event) {
    context.runOnContext(v -> send(event));
  }

  /** Ends the page's feed; from any thread. */
  void end() {
    context.runOnContext(
        v -> {
          if (!response.ended() && !response.closed()) {
            response.end();
          }
        });
  }

  private void send(Buffer event) {
    if (response.ended() || response.closed()) {
      return;
    }
    long now = System.nanoTime();
    if (writing) {
      if (now - writingSince > patienceNanos) {
        response.reset();
      }
      return;
    }
    writing = true;
    writingSince = now;
    response.write(event).onComplete(written -> writing = false);
  }
}
