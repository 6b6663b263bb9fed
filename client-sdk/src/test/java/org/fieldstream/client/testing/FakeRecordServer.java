package org.fieldstream.client.testing;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.fieldstream.client.testing.FakeServer.Plan;
import org.fieldstream.client.testing.FakeServer.Planner;
import org.fieldstream.v1.Estimate;
import org.fieldstream.v1.Measurement;
import org.fieldstream.v1.MeasurementServiceGrpcService;
import org.fieldstream.v1.RecordRequest;
import org.fieldstream.v1.RecordResponse;
import org.fieldstream.v1.Refusal;
import org.fieldstream.v1.SeriesEstimate;
import org.fieldstream.v1.WatchRequest;
import org.fieldstream.v1.WatchResponse;

/**
 * A real gRPC server on a loopback port that keeps measurements in memory, and faults on demand:
 * what becomes of each call is decided by a {@link Plan} made from the call's number. The request
 * at which a call ends is stored before: its acknowledgement is what gets lost.
 */
public final class FakeRecordServer implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer http;
  private final Planner planner;
  private final Map<List<Object>, Measurement> stored = new LinkedHashMap<>();
  private final List<WatchRequest> watches = new CopyOnWriteArrayList<>();
  private final List<Integer> sizes = new CopyOnWriteArrayList<>();
  private int calls;

  public FakeRecordServer(Planner planner) {
    this(0, planner);
  }

  public FakeRecordServer(int port, Planner planner) {
    this.planner = planner;
    GrpcServer grpc =
        GrpcServer.server(vertx, new GrpcServerOptions().setMaxMessageSize(16L << 20));
    grpc.callHandler(MeasurementServiceGrpcService.Record, this::record);
    grpc.callHandler(MeasurementServiceGrpcService.Watch, this::watch);
    http =
        await(
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setReuseAddress(true))
                .requestHandler(grpc)
                .listen());
  }

  public int port() {
    return http.actualPort();
  }

  /** What is stored, in the order of arrival. */
  public synchronized List<Measurement> stored() {
    return List.copyOf(stored.values());
  }

  /** Calls so far. */
  public synchronized int calls() {
    return calls;
  }

  /** Measurements in each request so far. */
  public List<Integer> sizes() {
    return sizes;
  }

  /** The requests of all Watch calls so far. */
  public List<WatchRequest> watches() {
    return watches;
  }

  private synchronized Plan nextPlan() {
    return planner.plan(++calls);
  }

  private void record(GrpcServerRequest<RecordRequest, RecordResponse> call) {
    Plan plan = nextPlan();
    int[] answered = {0};
    boolean[] over = {false};
    call.exceptionHandler(e -> over[0] = true);
    call.errorHandler(e -> over[0] = true);
    call.handler(
        request -> {
          if (over[0]) {
            return;
          }
          RecordResponse response = take(request);
          if (answered[0]++ < plan.messages) {
            call.response().write(response);
          } else {
            over[0] = true;
            end(call, plan);
          }
        });
    call.endHandler(
        v -> {
          if (!over[0]) {
            call.response().end();
          }
        });
  }

  private synchronized RecordResponse take(RecordRequest request) {
    sizes.add(request.getMeasurementsCount());
    RecordResponse.Builder response =
        RecordResponse.newBuilder().setSequence(request.getSequence());
    Set<String> named = new LinkedHashSet<>();
    for (Measurement measurement : request.getMeasurementsList()) {
      List<Object> key =
          List.of(
              measurement.getSeries(), measurement.getReplica(), measurement.getConfigurationId());
      Measurement there = stored.get(key);
      if (there == null) {
        stored.put(key, measurement);
        response.setStored(response.getStored() + 1);
        named.add(measurement.getSeries());
      } else if (there.equals(measurement)) {
        response.setDuplicates(response.getDuplicates() + 1);
        named.add(measurement.getSeries());
      } else {
        response.addRefusals(
            Refusal.newBuilder()
                .setSeries(measurement.getSeries())
                .setConfigurationId(measurement.getConfigurationId())
                .setReplica(measurement.getReplica())
                .setReason("configuration_id: stored with other values"));
      }
    }
    named.forEach(name -> response.addEstimates(estimate(name)));
    return response.build();
  }

  private SeriesEstimate estimate(String name) {
    long count = stored.values().stream().filter(m -> m.getSeries().equals(name)).count();
    double mean =
        stored.values().stream()
            .filter(m -> m.getSeries().equals(name))
            .mapToDouble(m -> m.getValues(0))
            .average()
            .orElseThrow();
    return SeriesEstimate.newBuilder()
        .setSeries(name)
        .addComponents(
            Estimate.newBuilder()
                .setMean(mean)
                .setError(0.5)
                .setTauInt(2)
                .setTauIntError(0.25)
                .setEffectiveSampleSize(count / 4.0)
                .setCount(count))
        .build();
  }

  private void watch(GrpcServerRequest<WatchRequest, WatchResponse> call) {
    boolean[] over = {false};
    call.exceptionHandler(e -> over[0] = true);
    call.errorHandler(e -> over[0] = true);
    call.handler(
        request -> {
          watches.add(request);
          tell(call, nextPlan(), 0, over);
        });
  }

  /** Responses numbered by their count. */
  private void tell(
      GrpcServerRequest<WatchRequest, WatchResponse> call, Plan plan, int number, boolean[] over) {
    if (over[0]) {
      return;
    }
    if (number == plan.messages) {
      end(call, plan);
      return;
    }
    WatchResponse.Builder response = WatchResponse.newBuilder();
    response.getTimeBuilder().setSeconds(1_700_000_000L + number);
    response.addEstimates(
        SeriesEstimate.newBuilder()
            .setSeries("told")
            .addComponents(Estimate.newBuilder().setMean(0.5 + number).setCount(number + 1)));
    call.response()
        .write(response.build())
        .onSuccess(
            v ->
                vertx.setTimer(Math.max(1, plan.millis), id -> tell(call, plan, number + 1, over)));
  }

  private static void end(GrpcServerRequest<?, ?> call, Plan plan) {
    switch (plan.ending) {
      case COMPLETE -> call.response().end();
      case CLOSE_CONNECTION -> call.connection().close();
      case RESET_STREAM -> call.response().cancel();
      case STATUS -> FakeServer.refuse(call.response(), plan.status, plan.sentence, plan.field);
    }
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("server: cannot be started or stopped", e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
