package org.fieldstream.server.http;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots to whoever watches, as Server-Sent Events: made at a bounded rate, off the event loop,
 * once for all viewers, and not at all while there is none. A viewer that has not taken its last
 * snapshot skips the next; one that takes nothing for long is shown out.
 *
 * <p>Safe for use by several threads.
 */
public final class LiveFeed implements Handler<RoutingContext>, AutoCloseable {
  /** Viewers at a time. */
  public static final int MAX_VIEWERS = 64;

  /** Time between two snapshots. */
  public static final Duration PERIOD = Duration.ofMillis(500);

  /** What a viewer may take over one snapshot. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String RETRY_SECONDS = "10";
  private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);

  /** Where snapshots come from. */
  public interface Source {
    /** Somebody watches from now on, or nobody any more. */
    void watch(boolean now);

    /** A snapshot, one line of text; may take long, is called off the event loop. */
    String snapshot();
  }

  private final Vertx vertx;
  private final Source source;

  /** Guarded by this, as are all below. */
  private final Set<Viewer> viewers = new LinkedHashSet<>();

  private @Nullable Buffer last;
  private long lastNanos;
  private long timer = -1;
  private boolean making;
  private boolean closed;

  /** Nobody watches yet. */
  public LiveFeed(Vertx vertx, Source source) {
    this.vertx = vertx;
    this.source = source;
  }

  /** How many watch now. */
  public synchronized int viewers() {
    return viewers.size();
  }

  @Override
  public void handle(RoutingContext routing) {
    Context context = vertx.getOrCreateContext();
    Viewer viewer = new Viewer(context, routing.response(), PATIENCE);
    if (!enter(viewer)) {
      routing
          .response()
          .setStatusCode(503)
          .putHeader("retry-after", RETRY_SECONDS)
          .putHeader("content-type", "text/plain; charset=utf-8")
          .end("viewers: " + MAX_VIEWERS + " (expected: fewer; close a page or wait)\n");
      return;
    }
    routing
        .response()
        .setChunked(true)
        .putHeader("content-type", "text/event-stream; charset=utf-8")
        .putHeader("cache-control", "no-store")
        .endHandler(v -> leave(viewer))
        .closeHandler(v -> leave(viewer))
        .exceptionHandler(e -> leave(viewer));
    // Proxies hold back what they think is a page.
    routing.response().putHeader("x-accel-buffering", "no");
    routing.response().writeHead();
    Buffer recent = recent();
    if (recent != null) {
      viewer.offer(recent);
    }
  }

  private synchronized boolean enter(Viewer viewer) {
    if (closed || viewers.size() >= MAX_VIEWERS) {
      return false;
    }
    viewers.add(viewer);
    if (timer < 0) {
      source.watch(true);
      timer = vertx.setPeriodic(1, PERIOD.toMillis(), id -> tick());
    }
    return true;
  }

  private synchronized void leave(Viewer viewer) {
    viewers.remove(viewer);
    if (viewers.isEmpty() && timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
      last = null;
      source.watch(false);
    }
  }

  private synchronized @Nullable Buffer recent() {
    return last;
  }

  private void tick() {
    synchronized (this) {
      long now = System.nanoTime();
      // A page that comes and goes starts the timer anew each time, and gets no more for it.
      boolean early = lastNanos != 0 && now - lastNanos < PERIOD.toNanos() / 2;
      if (making || early || viewers.isEmpty()) {
        return;
      }
      making = true;
      lastNanos = now;
    }
    vertx
        .executeBlocking(() -> event(source.snapshot()), false)
        .onComplete(
            made -> {
              synchronized (this) {
                making = false;
                last = viewers.isEmpty() ? null : made.result();
              }
            })
        .onSuccess(this::send)
        .onFailure(e -> LOG.error("A snapshot for the page was not made", e));
  }

  private void send(Buffer event) {
    for (Viewer viewer : everybody()) {
      viewer.offer(event);
    }
  }

  private synchronized List<Viewer> everybody() {
    return List.copyOf(viewers);
  }

  private static Buffer event(String snapshot) {
    return Buffer.buffer("data: " + snapshot + "\n\n");
  }

  /** Sends everybody away; nobody gets in any more. */
  @Override
  public void close() {
    List<Viewer> leaving;
    synchronized (this) {
      closed = true;
      leaving = everybody();
    }
    leaving.forEach(Viewer::end);
  }
}
