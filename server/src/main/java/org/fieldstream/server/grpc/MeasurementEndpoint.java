package org.fieldstream.server.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.time.Duration;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.measurement.MeasurementWriter;
import org.fieldstream.v1.MeasurementProto;
import org.fieldstream.v1.WatchRequest;

/** {@code MeasurementService}: measurements in, running estimates out. */
final class MeasurementEndpoint {
  private static final ServiceName NAME = ServiceName.create("fieldstream.v1.MeasurementService");
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration USUAL = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final MeasurementWriter writer;
  private final MeasurementCalls calls;
  private final WatchSelection.Sources sources;
  private final FieldstreamMeters meters;

  MeasurementEndpoint(
      Vertx vertx,
      MeasurementCalls calls,
      WatchSelection.Sources sources,
      FieldstreamMeters meters) {
    this.vertx = vertx;
    this.writer = sources.writer();
    this.calls = calls;
    this.sources = sources;
    this.meters = meters;
  }

  Service service() {
    ServiceDescriptor descriptor =
        MeasurementProto.getDescriptor().findServiceByName("MeasurementService");
    ServiceBuilder service = Service.service(NAME, descriptor);
    // Messages as bytes: they are read and made on the writer's thread.
    ServiceMethod<Buffer, Buffer> record =
        ServiceMethod.server(
            NAME, "Record", GrpcMessageEncoder.IDENTITY, GrpcMessageDecoder.IDENTITY);
    service.bind(record, this::record);
    Methods.bind(
        service,
        NAME,
        "Watch",
        WatchRequest.getDefaultInstance(),
        GrpcMessageEncoder.IDENTITY,
        vertx,
        meters,
        this::watch);
    UnofferedMethods.bind(service, descriptor, vertx, meters);
    return service.build();
  }

  private void record(GrpcServerRequest<Buffer, Buffer> request) {
    Call<Buffer> call = new Call<>(vertx, request, meters);
    RecordCall recording = new RecordCall(request, call, writer, calls);
    try {
      calls.admit(recording);
    } catch (ServiceException e) {
      call.fail(e);
      return;
    }
    recording.start();
  }

  private void watch(WatchRequest request, Call<Buffer> call) {
    Duration interval = interval(request);
    // What an earlier process stored has to be known first.
    Future.fromCompletionStage(writer.replayed(), call.context())
        .compose(
            v ->
                vertx.executeBlocking(
                    () -> WatchSelection.of(request.getSeriesList(), sources), false))
        .map(
            selection -> {
              WatchCall watching = new WatchCall(vertx, call, selection, interval, calls);
              watching.start();
              return selection;
            })
        .onFailure(call::fail);
  }

  private static Duration interval(WatchRequest request) {
    if (!request.hasInterval()) {
      return USUAL;
    }
    long seconds = request.getInterval().getSeconds();
    int nanos = request.getInterval().getNanos();
    boolean good = nanos >= 0 && nanos < 1_000_000_000 && seconds >= 0 && seconds <= 3600;
    Duration interval = good ? Duration.ofSeconds(seconds, nanos) : Duration.ZERO;
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw ServiceException.field(
          ErrorCode.BAD_FIELD,
          "interval",
          "interval: %d s %d ns (expected: 0.1 s to 1 h)".formatted(seconds, nanos));
    }
    return interval;
  }
}
