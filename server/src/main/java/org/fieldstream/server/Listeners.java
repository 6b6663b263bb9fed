package org.fieldstream.server;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.fieldstream.server.config.ConfigException;
import org.fieldstream.server.config.ServerConfig;
import org.fieldstream.server.grpc.LargeWrites;

/** The two ports. gRPC connections are spread over the event loops. */
final class Listeners {
  /** How long connections get for their goodbyes, after the subscriptions have ended. */
  private static final long GOODBYE_MILLIS = 500;

  /** Calls a client may have open on one connection; Vert.x has 100. */
  private static final long STREAMS_PER_CONNECTION = 4096;

  /** Resets a client may send on one connection in 30 seconds. */
  private static final int RESETS_PER_WINDOW = 4096;

  private final Vertx vertx;
  private final ServerConfig config;
  private final Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();
  private volatile int grpcPort;
  private volatile int httpPort;

  Listeners(Vertx vertx, ServerConfig config) {
    this.vertx = vertx;
    this.config = config;
  }

  int grpcPort() {
    return grpcPort;
  }

  int httpPort() {
    return httpPort;
  }

  /**
   * Listens for gRPC on every event loop.
   *
   * @param handlers makes the handler of one loop
   */
  Future<Void> grpc(Supplier<? extends Handler<HttpServerRequest>> handlers) {
    // Vert.x takes a free port anew for each server that asks for 0, and one for all that ask for
    // -1.
    HttpServerOptions options = options(config.grpcPort() == 0 ? -1 : config.grpcPort());
    Future<Integer> listening = Future.succeededFuture(options.getPort());
    for (int loop = 0; loop < config.eventLoops(); loop++) {
      listening =
          listening.compose(
              before ->
                  listen(
                      "server.grpcPort",
                      "--grpc-port",
                      options,
                      handlers.get(),
                      LargeWrites::enable));
    }
    return listening.onSuccess(actual -> grpcPort = actual).mapEmpty();
  }

  Future<Void> http(Handler<HttpServerRequest> handler) {
    // Browsers and scrapers speak HTTP/1.1; a client that offers to go on in HTTP/2 on the same
    // connection, as Java's does, may now and then wait for its answer for ever if that is taken.
    HttpServerOptions options = options(config.httpPort()).setHttp2ClearTextEnabled(false);
    return listen("server.httpPort", "--http-port", options, handler, connection -> {})
        .onSuccess(actual -> httpPort = actual)
        .mapEmpty();
  }

  /** Stops listening, lets connections say goodbye, and closes them. */
  Future<Void> close() {
    List<Future<Void>> closing = new ArrayList<>();
    servers.forEach(server -> closing.add(server.shutdown(GOODBYE_MILLIS, TimeUnit.MILLISECONDS)));
    return Future.join(closing).mapEmpty();
  }

  private HttpServerOptions options(int port) {
    return new HttpServerOptions()
        .setHost(config.host())
        .setPort(port)
        .setTcpKeepAlive(true)
        // Every cancelled subscription is a reset; Vert.x calls 200 in half a minute an attack.
        .setHttp2RstFloodMaxRstFramePerWindow(RESETS_PER_WINDOW)
        .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(STREAMS_PER_CONNECTION));
  }

  private Future<Integer> listen(
      String key,
      String flag,
      HttpServerOptions options,
      Handler<HttpServerRequest> handler,
      Handler<HttpConnection> opened) {
    Promise<Integer> listening = Promise.promise();
    // A verticle each: Vert.x gives each its own event loop, and shares a port among them.
    return vertx
        .deployVerticle(
            new AbstractVerticle() {
              @Override
              public void start(Promise<Void> started) {
                HttpServer server =
                    vertx
                        .createHttpServer(options)
                        .connectionHandler(opened)
                        .requestHandler(handler);
                server
                    .listen()
                    .onSuccess(
                        s -> {
                          servers.add(s);
                          listening.complete(s.actualPort());
                        })
                    .<Void>mapEmpty()
                    .onComplete(started);
              }
            })
        .compose(id -> listening.future())
        .recover(failure -> Future.failedFuture(explain(key, flag, options.getPort(), failure)));
  }

  private Throwable explain(String key, String flag, int port, Throwable failure) {
    if (failure instanceof BindException) {
      return new ConfigException(
          key
              + ": "
              + port
              + " on "
              + config.host()
              + " (expected: a free port; stop the program that uses it, or choose another with "
              + flag
              + "): "
              + failure.getMessage());
    }
    return failure;
  }
}
