package org.fieldstream.server.grpc;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.time.Duration;
import java.util.List;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.SessionConfig;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.session.Placement;
import org.fieldstream.server.session.SessionLimits;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.server.session.StreamPlanner;
import org.fieldstream.server.testing.FakeMachine;
import org.fieldstream.server.testing.GaussTheory;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.SamplerProto;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;

/** Our server's own subscriptions, encoder and limits; only the device is one that is ready. */
final class OurServer implements AutoCloseable {
  private static final ServiceName NAME = ServiceName.create("fieldstream.v1.SamplerService");

  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(FieldstreamConfig.DEFAULTS.server().eventLoops()));
  private final HttpServer http;

  OurServer(ReadyMade ready) {
    FieldstreamMeters meters =
        new FieldstreamMeters(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    SessionConfig session = SessionConfig.DEFAULTS;
    Subscriptions subscriptions =
        new Subscriptions(
            new Subscriptions.Bounds(
                session.bytesPerSubscription(),
                session.effectiveBytesTotal(),
                session.maxSubscriptions(),
                Duration.ofSeconds(10)));
    Model model =
        new UniformDraws(ReadyMade.MODEL, List.of(ReadyMade.EXTENT, ReadyMade.EXTENT), 0, 32);
    StreamPlanner planner =
        new StreamPlanner(
            () -> List.of(model),
            GaussTheory.CATALOG,
            SessionLimits.DEFAULTS,
            new Placement(MachineLineup.only(new FakeMachine())));
    PacedRequests.Current current = new PacedRequests.Current();
    ServiceBuilder service =
        Service.service(NAME, SamplerProto.getDescriptor().findServiceByName("SamplerService"));
    Methods.bind(
        service,
        NAME,
        "Subscribe",
        SubscribeRequest.getDefaultInstance(),
        new BatchEncoder(SubscribeResponse.getDefaultInstance()),
        request ->
            new Call<>(
                vertx, request, meters, UncopiedBody.of(current.body(), BatchEncoder::framed)),
        (request, call) -> {
          Subscription subscription =
              new Subscription(call, subscriptions, meters.openSubscription());
          subscriptions.admit(subscription);
          StreamPlan plan = planner.plan(Requests.stream(request));
          subscription.start(plan, ReadyMadeTicket.start(subscription, ready, plan.end()));
        });
    GrpcServer grpc = GrpcServer.server(vertx).addService(service.build());
    http =
        vertx
            .createHttpServer()
            .connectionHandler(LargeWrites::enable)
            .requestHandler(new PacedRequests(grpc, current))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  int port() {
    return http.actualPort();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
