package org.fieldstream.server.grpc;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.certify.Certifier;
import org.fieldstream.server.ensemble.EnsembleStore;
import org.fieldstream.server.live.LiveStreams;
import org.fieldstream.server.measurement.MeasurementWriter;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.session.DeviceWorker;
import org.fieldstream.server.session.Placement;
import org.fieldstream.server.session.StreamPlanner;
import org.fieldstream.server.theory.TheoryCatalog;
import org.fieldstream.server.training.Trainings;

/** All gRPC services of a server: those of fieldstream.v1, health and reflection. */
public final class GrpcFront {
  /**
   * What the services work with.
   *
   * @param models what can be subscribed to
   * @param theories the theories known
   * @param placement which machine serves which model
   * @param planner checks subscriptions
   * @param worker the device's thread
   * @param subscriptions the running subscriptions
   * @param ensembles the stored ensembles
   * @param certifier certifies them, and streams
   * @param trainings trains models
   * @param streams the running streams, each with its meters
   * @param measurements stores measurements
   * @param measurementCalls the open calls that record or watch measurements
   * @param meters watches calls and subscriptions
   * @param serving whether the server takes work, for health checks
   */
  public record Parts(
      ModelRegistry models,
      TheoryCatalog theories,
      Placement placement,
      StreamPlanner planner,
      DeviceWorker worker,
      Subscriptions subscriptions,
      EnsembleStore ensembles,
      Certifier certifier,
      Trainings trainings,
      LiveStreams streams,
      MeasurementWriter measurements,
      MeasurementCalls measurementCalls,
      FieldstreamMeters meters,
      BooleanSupplier serving) {}

  private GrpcFront() {}

  /**
   * The request handler of the gRPC port, for one event loop.
   *
   * @param maxMessageBytes largest message taken from a client, in bytes
   */
  public static Handler<HttpServerRequest> create(Vertx vertx, Parts parts, long maxMessageBytes) {
    GrpcServer server =
        GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(maxMessageBytes));
    PacedRequests.Current current = new PacedRequests.Current();
    FieldstreamMeters meters = parts.meters();
    List<Service> services = new ArrayList<>();
    services.add(
        new SamplerEndpoint(
                vertx,
                parts.planner(),
                parts.worker(),
                parts.subscriptions(),
                parts.streams(),
                current)
            .service(meters));
    services.add(new ModelEndpoint(vertx, parts).service());
    services.add(new EnsembleEndpoint(vertx, parts, current).service());
    services.add(
        new MeasurementEndpoint(
                vertx,
                parts.measurementCalls(),
                new WatchSelection.Sources(
                    parts.measurements(), parts.models(), parts.theories(), meters),
                meters)
            .service());
    services.add(new HealthEndpoint(vertx, services, parts.serving()).service(meters));
    services.addAll(new Reflection(services).services(vertx, meters));
    services.forEach(server::addService);
    return new PacedRequests(server, current);
  }
}
