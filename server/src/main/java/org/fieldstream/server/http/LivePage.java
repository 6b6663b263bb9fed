package org.fieldstream.server.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.function.Supplier;
import org.fieldstream.server.live.LiveStreams;

/** The live page at {@code /}: its files, and the feed of snapshots that it shows. */
public final class LivePage implements AutoCloseable {
  /** Streams on the page at a time; it says how many more run. */
  static final int MAX_STREAMS = 12;

  private final LiveFeed feed;

  /**
   * The page.
   *
   * @param streams the running streams
   * @param facts of the server; called off the event loop
   */
  public LivePage(Vertx vertx, LiveStreams streams, Supplier<ServerFacts> facts) {
    feed =
        new LiveFeed(
            vertx,
            new LiveFeed.Source() {
              @Override
              public void watch(boolean now) {
                streams.watch(now);
              }

              @Override
              public String snapshot() {
                return SnapshotJson.of(facts.get(), streams.running(), streams.views(MAX_STREAMS));
              }
            });
  }

  /** Adds the page to a router. */
  void route(Router router) {
    PageAssets.route(router);
    router.get(PageAssets.PREFIX + "events").handler(feed);
  }

  /** The feed. */
  public LiveFeed feed() {
    return feed;
  }

  /** Sends all viewers away. */
  @Override
  public void close() {
    feed.close();
  }
}
