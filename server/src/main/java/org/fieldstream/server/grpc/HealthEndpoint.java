package org.fieldstream.server.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.health.v1.HealthListRequest;
import io.vertx.grpc.health.v1.HealthListResponse;
import io.vertx.grpc.health.v1.HealthProto;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;

/**
 * {@code grpc.health.v1}: all services are healthy together. Vert.x's own calls the server as a
 * whole healthy whatever happens, and writes to watchers that have left.
 */
final class HealthEndpoint {
  private static final ServiceName NAME = ServiceName.create("grpc.health.v1.Health");

  /** How long a watcher may learn late, in milliseconds. */
  private static final long WATCH_INTERVAL = 250;

  private final Vertx vertx;
  private final Set<String> names;
  private final BooleanSupplier serving;

  HealthEndpoint(Vertx vertx, Collection<Service> services, BooleanSupplier serving) {
    this.vertx = vertx;
    this.serving = serving;
    this.names =
        services.stream()
            .map(service -> service.name().fullyQualifiedName())
            .collect(Collectors.toCollection(TreeSet::new));
    names.add("");
    names.add(NAME.fullyQualifiedName());
  }

  Service service(FieldstreamMeters meters) {
    ServiceDescriptor descriptor = HealthProto.getDescriptor().findServiceByName("Health");
    ServiceBuilder service = Service.service(NAME, descriptor);
    Methods.<HealthCheckRequest, HealthCheckResponse>bind(
        service,
        NAME,
        "Check",
        HealthCheckRequest.getDefaultInstance(),
        GrpcMessageEncoder.encoder(),
        vertx,
        meters,
        this::check);
    Methods.<HealthCheckRequest, HealthCheckResponse>bind(
        service,
        NAME,
        "Watch",
        HealthCheckRequest.getDefaultInstance(),
        GrpcMessageEncoder.encoder(),
        vertx,
        meters,
        this::watch);
    Methods.<HealthListRequest, HealthListResponse>bind(
        service,
        NAME,
        "List",
        HealthListRequest.getDefaultInstance(),
        GrpcMessageEncoder.encoder(),
        vertx,
        meters,
        (request, call) -> call.reply(list()));
    return service.build();
  }

  private void check(HealthCheckRequest request, Call<HealthCheckResponse> call) {
    if (names.contains(request.getService())) {
      call.reply(response(status(request.getService())));
    } else {
      call.fail(
          ServiceException.field(
              ErrorCode.UNKNOWN_SERVICE,
              "service",
              "service: unknown (expected: the full name of a service, or none)"));
    }
  }

  private void watch(HealthCheckRequest request, Call<HealthCheckResponse> call) {
    ServingStatus[] last = {status(request.getService())};
    call.write(response(last[0]));
    long timer =
        vertx.setPeriodic(
            WATCH_INTERVAL,
            id -> {
              ServingStatus now = status(request.getService());
              if (now != last[0]) {
                last[0] = now;
                call.write(response(now));
              }
            });
    call.onEnd(() -> vertx.cancelTimer(timer));
  }

  private HealthListResponse list() {
    HealthListResponse.Builder list = HealthListResponse.newBuilder();
    names.forEach(name -> list.putStatuses(name, response(status(name))));
    return list.build();
  }

  private ServingStatus status(String service) {
    if (!names.contains(service)) {
      return ServingStatus.SERVICE_UNKNOWN;
    }
    return serving.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }
}
