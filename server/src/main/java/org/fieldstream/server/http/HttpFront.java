package org.fieldstream.server.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.fieldstream.monitoring.meters.PrometheusScrape;

/**
 * {@code /metrics} for Prometheus, {@code /healthz} (the process answers), {@code /readyz} (it
 * takes subscriptions), {@code /} for people, {@code /status} the same as a few lines of text.
 */
public final class HttpFront {
  private static final String TEXT = "text/plain; charset=utf-8";

  /**
   * What the pages show.
   *
   * @param metrics text in Prometheus' format 0.0.4; may take long, is called off the event loop
   * @param healthy whether the process works
   * @param ready whether subscriptions are taken
   * @param status lines about the server, for people; called off the event loop
   * @param page the live page
   */
  public record Parts(
      Supplier<String> metrics,
      BooleanSupplier healthy,
      BooleanSupplier ready,
      Supplier<String> status,
      LivePage page) {}

  private HttpFront() {}

  /** The request handler of the HTTP port. */
  public static Router create(Vertx vertx, Parts parts) {
    Router router = Router.router(vertx);
    router
        .get("/metrics")
        .handler(c -> text(vertx, c, parts.metrics(), PrometheusScrape.CONTENT_TYPE));
    router.get("/healthz").handler(context -> state(context, parts.healthy(), "healthy"));
    router.get("/readyz").handler(context -> state(context, parts.ready(), "ready"));
    parts.page().route(router);
    router.get("/status").handler(context -> text(vertx, context, parts.status(), TEXT));
    return router;
  }

  private static void state(RoutingContext context, BooleanSupplier state, String word) {
    boolean good = state.getAsBoolean();
    context
        .response()
        .setStatusCode(good ? 200 : 503)
        .putHeader("content-type", TEXT)
        .end(good ? word + '\n' : "not " + word + '\n');
  }

  private static void text(
      Vertx vertx, RoutingContext context, Supplier<String> text, String type) {
    vertx
        .executeBlocking(text::get, false)
        .onSuccess(body -> context.response().putHeader("content-type", type).end(body))
        .onFailure(context::fail);
  }
}
