package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.fieldstream.server.testing.RecordClient.measurement;

import com.google.protobuf.Duration;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.config.DataConfig;
import org.fieldstream.server.config.FieldstreamConfig;
import org.fieldstream.server.config.MeasurementConfig;
import org.fieldstream.server.testing.HttpGet;
import org.fieldstream.server.testing.RecordClient;
import org.fieldstream.server.testing.RecordClient.Running;
import org.fieldstream.server.testing.StalledClient;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.Measurement;
import org.fieldstream.v1.RecordRequest;
import org.fieldstream.v1.RecordResponse;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.WatchRequest;
import org.fieldstream.v1.WatchResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Measurements over the wire: what is stored, answered, refused, and watched. */
@Timeout(120)
final class RecordTest {
  @TempDir private Path data;
  private TestServer server;
  private RecordClient client;

  @BeforeEach
  void start() {
    start(MeasurementConfig.DEFAULTS);
  }

  private void start(MeasurementConfig measurement) {
    server =
        TestServer.start(
            config ->
                new FieldstreamConfig(
                    config.server(),
                    config.device(),
                    config.session(),
                    measurement,
                    new DataConfig(data.toString(), config.data().ensembleBytes(), 0)),
            new UniformDraws("uniform", List.of(4, 4), 0, 8));
    client = new RecordClient(server.server().grpcPort());
  }

  private void restart(MeasurementConfig measurement) {
    stop();
    start(measurement);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static RecordRequest request(long sequence, Measurement... measurements) {
    return RecordRequest.newBuilder()
        .setSequence(sequence)
        .addAllMeasurements(List.of(measurements))
        .build();
  }

  /** An AR(1) series of tau_int = 5. */
  private static double[] series(int n) {
    Random random = new Random(1);
    double rho = 9.0 / 11.0;
    double[] values = new double[n];
    for (int i = 1; i < n; i++) {
      values[i] = rho * values[i - 1] + Math.sqrt(1 - rho * rho) * random.nextGaussian();
    }
    return values;
  }

  /** How many measurements the estimate of a series has. */
  private long count(String series) {
    Running<WatchRequest, WatchResponse> watch =
        client.watch(WatchRequest.newBuilder().addSeries(series).build());
    long count = watch.next().getEstimates(0).getComponents(0).getCount();
    watch.cancel();
    return count;
  }

  private static Long[] upTo(int n) {
    return LongStream.range(0, n).boxed().toArray(Long[]::new);
  }

  private static Measurement[] measurements(String series, double[] values, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> measurement(series, i, values[i]))
        .toArray(Measurement[]::new);
  }

  @Test
  void answersComeInOrderWithTheRunningEstimate() {
    double[] values = series(3000);
    Running<RecordRequest, RecordResponse> call = client.record();
    for (int k = 0; k < 30; k++) {
      call.send(request(k, measurements("chain/m", values, 100 * k, 100 * k + 100)));
    }
    call.finish();
    assertThat(call.end().status()).isEqualTo(GrpcStatus.OK);
    assertThat(call.received()).extracting(RecordResponse::getSequence).containsExactly(upTo(30));
    assertThat(call.received())
        .allSatisfy(
            response -> {
              assertThat(response.getStored()).isEqualTo(100);
              assertThat(response.getDuplicates()).isZero();
              assertThat(response.getRefusalsList()).isEmpty();
              assertThat(response.getEstimates(0).getComponents(0).getCount())
                  .isGreaterThanOrEqualTo(100 * (response.getSequence() + 1));
            });
    RecordResponse last = call.received().get(29);
    assertThat(last.getEstimatesList()).hasSize(1);
    assertThat(last.getEstimates(0).getSeries()).isEqualTo("chain/m");
    org.fieldstream.v1.Estimate running = last.getEstimates(0).getComponents(0);
    Estimate whole = new GammaMethod().mean(new double[][] {values});
    assertThat(running.getCount()).isEqualTo(3000);
    assertThat(running.getMean()).isCloseTo(whole.mean(), within(1e-12));
    assertThat(running.getError()).isCloseTo(whole.error(), within(0.05 * whole.error()));
    assertThat(running.getTauInt()).isCloseTo(whole.tauInt(), within(0.05 * whole.tauInt()));
    assertThat(running.getEffectiveSampleSize())
        .isCloseTo(3000 / (2 * whole.tauInt()), within(0.05 * 3000 / (2 * whole.tauInt())));
  }

  @Test
  void whatIsThereIsADuplicateOrRefused() {
    client.recordOnce(measurement("a", 1, 0.5), measurement("a", 2, 0.25));
    RecordResponse again =
        client.recordOnce(
            measurement("a", 2, 0.25), measurement("a", 1, 0.75), measurement("a", 3, 1));
    assertThat(again.getStored()).isEqualTo(1);
    assertThat(again.getDuplicates()).isEqualTo(1);
    assertThat(again.getRefusalsList()).hasSize(1);
    assertThat(again.getRefusals(0).getSeries()).isEqualTo("a");
    assertThat(again.getRefusals(0).getConfigurationId()).isEqualTo(1);
    assertThat(again.getRefusals(0).getReason())
        .isEqualTo(
            "configuration_id: 1 is stored with other values (expected: the same values again, or"
                + " another configuration_id, replica or series; what is stored is never changed)");
    assertThat(again.getEstimates(0).getComponents(0).getCount()).isEqualTo(3);
    assertThat(again.getEstimates(0).getComponents(0).hasError()).isFalse();
  }

  @Test
  void oneBadMeasurementIsRefusedAndTheRestStored() {
    client.recordOnce(
        measurement("pair", 0, 1, 2),
        measurement("plain", 0, 1),
        measurement("weighted", 0, 1).toBuilder().setLogWeight(-3).build());
    String pattern = "(expected: 1 to 128 of [A-Za-z0-9._/-], beginning with a letter or digit)";
    Measurement plain = measurement("plain", 1, 1);
    RecordResponse response =
        client.recordOnce(
            measurement("", 1, 1),
            measurement("-a", 2, 1),
            measurement("a b", 3, 1),
            measurement("x".repeat(129), 4, 1),
            measurement("pair", 5, 1),
            measurement("new", 6),
            measurement("plain", 7, Double.NaN),
            measurement("pair", 8, 0, Double.NEGATIVE_INFINITY),
            plain.toBuilder().setLogWeight(1).build(),
            measurement("weighted", 10, 1),
            measurement("weighted", 11, 1).toBuilder().setLogWeight(Double.NaN).build(),
            measurement("plain", -1, 1),
            measurement("uniform/phi2", 12, 1),
            measurement("big", 13, new double[4097]),
            measurement("plain", 14, 7));
    assertThat(response.getStored()).isEqualTo(1);
    assertThat(response.getRefusalsList())
        .extracting(refusal -> refusal.getReason())
        .containsExactly(
            "series: \"\" " + pattern,
            "series: \"-a\" " + pattern,
            "series: \"a b\" " + pattern,
            "series: \"" + "x".repeat(64) + "...\" " + pattern,
            "values: 1 numbers (expected: 2, as in the other entries of pair)",
            "values: 0 numbers (expected: 1 to 4096)",
            "values[0]: NaN (expected: a finite number)",
            "values[1]: -Infinity (expected: a finite number)",
            "log_weight: 1.0 (expected: none, as in the other entries of plain)",
            "log_weight: unset (expected: a number, as in the other entries of weighted)",
            "log_weight: NaN (expected: a finite number; leave out a configuration of weight 0)",
            "configuration_id: 18446744073709551615 (expected: 0 to 2^63 - 1)",
            "series: \"uniform/phi2\" (expected: a name that does not begin with a model's id and a"
                + " slash; those are what the server measures itself)",
            "values: 4097 numbers (expected: 1 to 4096)");
  }

  @Test
  void requestsThatAreNoneEndTheCallAfterTheAnswersBefore() {
    Running<RecordRequest, RecordResponse> call = client.record();
    call.send(request(1, measurement("a", 1, 1)));
    call.send(request(2));
    call.send(request(3, measurement("a", 3, 1)));
    assertThat(call.end().status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(call.end().message())
        .isEqualTo("measurements: 0 in request 2 (expected: 1 to 10000)");
    assertThat(call.received()).extracting(RecordResponse::getSequence).containsExactly(1L);

    Running<RecordRequest, RecordResponse> many = client.record();
    many.send(request(9, measurements("a", new double[10_001], 0, 10_001)));
    assertThat(many.end().message())
        .isEqualTo("measurements: 10001 in request 9 (expected: 1 to 10000)");
  }

  @Test
  void quotasEndTheCallAndNameTheirKey() {
    restart(new MeasurementConfig(2, 1, 1 << 20, 0, 1 << 20));
    Running<RecordRequest, RecordResponse> call = client.record();
    call.send(request(1, measurement("a", 1, 1), measurement("b", 1, 1)));
    assertThat(call.next().getStored()).isEqualTo(2);
    Running<RecordRequest, RecordResponse> second = client.record();
    second.send(request(1, measurement("a", 1, 1)));
    assertThat(second.end())
        .isEqualTo(
            new RecordClient.End(
                GrpcStatus.RESOURCE_EXHAUSTED,
                "calls: 1 record or watch measurements (expected: at most 1,"
                    + " measurement.maxCalls)"));
    call.send(request(2, measurement("c", 1, 1)));
    assertThat(call.end())
        .isEqualTo(
            new RecordClient.End(
                GrpcStatus.RESOURCE_EXHAUSTED,
                "series: 2 are kept (expected: at most 2; record into those, or raise"
                    + " measurement.maxSeries)"));
  }

  @Test
  void aFullStoreKeepsWhatItAcknowledgedAndTakesOnWhatFits() {
    restart(new MeasurementConfig(3, 1, 1 << 20, 0, 1 << 20));
    client.recordOnce(measurement("a", 1, 1));
    double[] values = new double[4096];
    Running<RecordRequest, RecordResponse> full = client.record();
    for (int i = 0; i < 40; i++) {
      full.send(request(i, measurement("big", i, values)));
    }
    assertThat(full.end().status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
    assertThat(full.end().message())
        .isEqualTo(
            "storage: "
                + data.resolve("measurements.db")
                + " or its disk is full (expected: room; make some, or raise"
                + " measurement.storeBytes)");
    int acknowledged = full.received().size();
    assertThat(acknowledged).isLessThan(32);
    RecordResponse rest = client.recordOnce(measurement("a", 2, 1));
    assertThat(rest.getEstimates(0).getComponents(0).getCount()).isEqualTo(2);
    restart(MeasurementConfig.DEFAULTS);
    RecordResponse again =
        client.recordOnce(
            IntStream.range(0, 40)
                .mapToObj(i -> measurement("big", i, values))
                .toArray(Measurement[]::new));
    assertThat(again.getDuplicates()).isGreaterThanOrEqualTo(acknowledged);
    assertThat(again.getDuplicates() + again.getStored()).isEqualTo(40);
    // What fitted later came after higher configurations: it enters the estimates soon.
    await().until(() -> count("big") == 40);
  }

  @Test
  void estimatesHaveAMemoryOfTheirOwn() {
    restart(new MeasurementConfig(10, 1, 1 << 20, 100_000, 1 << 30));
    Running<RecordRequest, RecordResponse> call = client.record();
    call.send(request(1, measurement("pair", 1, 1, 2)));
    assertThat(call.next().getStored()).isEqualTo(1);
    call.send(request(2, measurement("pair", 1, 1, 2).toBuilder().setReplica(7).build()));
    assertThat(call.end())
        .isEqualTo(
            new RecordClient.End(
                GrpcStatus.RESOURCE_EXHAUSTED,
                "estimates: 57344 bytes are taken, one more chain of 2 components needs 57344"
                    + " (expected: at most 100000; record fewer series, replicas or components, or"
                    + " raise measurement.estimatorBytes)"));
  }

  @Test
  void aNewServerKnowsWhatWasRecorded() {
    double[] values = series(500);
    client.recordOnce(measurements("chain", values, 0, 500));
    RecordResponse weighted =
        client.recordOnce(
            IntStream.range(0, 500)
                .mapToObj(
                    i ->
                        measurement("w", i, values[i], -values[i]).toBuilder()
                            .setLogWeight(100 + 0.1 * values[i])
                            .setReplica(i % 3)
                            .build())
                .toArray(Measurement[]::new));
    RecordResponse before = client.recordOnce(measurement("chain", 500, 0.5));
    restart(MeasurementConfig.DEFAULTS);
    RecordResponse after = client.recordOnce(measurement("chain", 500, 0.5));
    assertThat(after.getDuplicates()).isEqualTo(1);
    assertThat(after.getEstimatesList()).isEqualTo(before.getEstimatesList());
    WatchResponse watched = client.watch(WatchRequest.newBuilder().addSeries("w").build()).next();
    assertThat(watched.getEstimates(0).getComponents(1).getCount()).isEqualTo(500);
    assertThat(watched.getEstimates(0).getComponents(1).getMean())
        .isCloseTo(weighted.getEstimates(0).getComponents(1).getMean(), within(1e-12));
    assertThat(watched.getEstimates(0).getComponents(1).getError())
        .isCloseTo(weighted.getEstimates(0).getComponents(1).getError(), within(1e-12));
    assertThat(watched.getEstimates(0).getComponents(1).hasTauInt()).isFalse();
  }

  @Test
  void orderOfArrivalDoesNotMatter() {
    double[] values = series(1000);
    Measurement[] inOrder = measurements("in-order", values, 0, 1000);
    client.recordOnce(inOrder);
    Running<RecordRequest, RecordResponse> call = client.record();
    // Blocks of ten, from the last to the first.
    for (int k = 99; k >= 0; k--) {
      call.send(request(k, measurements("backwards", values, 10 * k, 10 * k + 10)));
    }
    call.finish();
    assertThat(call.end().status()).isEqualTo(GrpcStatus.OK);
    org.fieldstream.v1.Estimate backwards =
        call.received().get(99).getEstimates(0).getComponents(0);
    org.fieldstream.v1.Estimate forwards =
        client.recordOnce(inOrder[0]).getEstimates(0).getComponents(0);
    assertThat(backwards).isEqualTo(forwards);
  }

  @Test
  void watchTellsAtOnceAndThenWhatChanged() {
    client.recordOnce(measurement("a", 1, 1), measurement("b/x", 1, 2), measurement("b/y", 1, 3));
    Running<WatchRequest, WatchResponse> watch =
        client.watch(
            WatchRequest.newBuilder()
                .addSeries("a")
                .addSeries("uniform/phi2")
                .addSeries("b/*")
                .setInterval(Duration.newBuilder().setNanos(100_000_000))
                .build());
    assertThat(watch.next().getEstimatesList())
        .extracting(estimate -> estimate.getSeries())
        .containsExactly("a", "b/x", "b/y", "uniform/phi2");
    client.recordOnce(measurement("b/z", 1, 1), measurement("b/y", 2, 5));
    WatchResponse changed = watch.next();
    assertThat(changed.getEstimatesList())
        .extracting(estimate -> estimate.getSeries())
        .containsExactly("b/y", "b/z");
    assertThat(changed.getEstimates(0).getComponents(0).getMean()).isEqualTo(4);
    assertThat(changed.getEstimates(0).getComponents(0).getCount()).isEqualTo(2);
    try (var subscriber = server.client()) {
      subscriber.collect(SubscribeRequest.newBuilder().setModel("uniform").setCount(100).build());
    }
    WatchResponse streamed = watch.next();
    assertThat(streamed.getEstimatesList())
        .extracting(estimate -> estimate.getSeries())
        .containsExactly("uniform/phi2");
    watch.cancel();
    await().until(() -> server.server().measurementCalls().active() == 0);
  }

  @Test
  void watchRefusesWhatItCannotWatch() {
    client.recordOnce(measurement("plaquette", 1, 1), measurement("phi2", 1, 1));
    assertThat(client.watch(WatchRequest.getDefaultInstance()).end())
        .isEqualTo(
            new RecordClient.End(
                GrpcStatus.INVALID_ARGUMENT, "series: 0 names (expected: 1 to 100)"));
    assertThat(client.watch(WatchRequest.newBuilder().addSeries("plaquete").build()).end())
        .isEqualTo(
            new RecordClient.End(
                GrpcStatus.NOT_FOUND,
                "series: \"plaquete\" (expected: one that was recorded, or MODEL/OBSERVABLE; most"
                    + " similar: plaquette, phi2, uniform/m, uniform/phi2)"));
    assertThat(client.watch(WatchRequest.newBuilder().addSeries("pla quette").build()).end())
        .isEqualTo(
            new RecordClient.End(
                GrpcStatus.INVALID_ARGUMENT,
                "series: \"pla quette\" (expected: 1 to 128 of [A-Za-z0-9._/-], beginning with a"
                    + " letter or digit)"));
    assertThat(
            client
                .watch(
                    WatchRequest.newBuilder()
                        .addSeries("phi2")
                        .setInterval(Duration.newBuilder().setNanos(99_999_999))
                        .build())
                .end())
        .isEqualTo(
            new RecordClient.End(
                GrpcStatus.INVALID_ARGUMENT, "interval: 0 s 99999999 ns (expected: 0.1 s to 1 h)"));
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsToldAndHealsWithoutARestart() throws IOException {
    Path file = data.resolve("file");
    Files.writeString(file, "not a directory");
    stop();
    data = file;
    start(MeasurementConfig.DEFAULTS);
    Running<RecordRequest, RecordResponse> call = client.record();
    call.send(request(1, measurement("a", 1, 1)));
    assertThat(call.end().status()).isEqualTo(GrpcStatus.FAILED_PRECONDITION);
    assertThat(call.end().message())
        .startsWith(
            "data.directory: "
                + file
                + " (expected: a directory this server can write to, chosen with --data): ");
    Files.delete(file);
    assertThat(client.recordOnce(measurement("a", 1, 1)).getStored()).isEqualTo(1);
  }

  @Test
  void anotherServerMayNotWriteToTheSameMeasurements() {
    client.recordOnce(measurement("a", 1, 1));
    TestServer first = server;
    try (RecordClient of = client) {
      start(MeasurementConfig.DEFAULTS);
      Running<RecordRequest, RecordResponse> call = client.record();
      call.send(request(1, measurement("a", 2, 1)));
      assertThat(call.end().status()).isEqualTo(GrpcStatus.FAILED_PRECONDITION);
      assertThat(call.end().message())
          .endsWith("another server keeps its measurements there; give each its own");
      assertThat(client.watch(WatchRequest.newBuilder().addSeries("a").build()).end().status())
          .isEqualTo(GrpcStatus.FAILED_PRECONDITION);
      assertThat(of.recordOnce(measurement("a", 2, 1)).getStored()).isEqualTo(1);
    } finally {
      first.close();
    }
  }

  @Test
  void aServerThatStopsAnswersWhatItHasReceived() {
    Running<RecordRequest, RecordResponse> call = client.record();
    Running<RecordRequest, RecordResponse> other = client.record();
    other.send(request(1, measurement("b", 1, 1)));
    assertThat(other.next().getStored()).isEqualTo(1);
    for (int k = 0; k < 200; k++) {
      call.send(request(k, measurement("a", k, k)));
    }
    assertThat(call.next().getSequence()).isZero();
    server.close();
    assertThat(call.end().status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(call.end().message())
        .isEqualTo("the server is shutting down; send again what was not acknowledged");
    assertThat(other.end().status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    int acknowledged = call.received().size();
    assertThat(call.received())
        .extracting(RecordResponse::getSequence)
        .containsExactly(upTo(acknowledged));
    restart(MeasurementConfig.DEFAULTS);
    Running<WatchRequest, WatchResponse> watch =
        client.watch(WatchRequest.newBuilder().addSeries("a").build());
    assertThat(watch.next().getEstimates(0).getComponents(0).getCount())
        .isGreaterThanOrEqualTo(acknowledged);
  }

  /** While the disk is slow, clients are not read: what waits in the server stays bounded. */
  @Test
  void aSlowDiskMakesClientsWait() throws Exception {
    long capacity = 1 << 16;
    restart(new MeasurementConfig(10, 10, capacity, 0, 1 << 30));
    client.recordOnce(measurement("a", 0, new double[128]));
    int clients = 4;
    int requests = 300;
    int bytes = request(1, measurement("a", 1, new double[128])).getSerializedSize();
    List<Running<RecordRequest, RecordResponse>> calls = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("measurements.db"));
        Statement disk = connection.createStatement()) {
      // The writer's next transaction waits for the end of this one.
      disk.execute("BEGIN IMMEDIATE");
      for (int c = 0; c < clients; c++) {
        Running<RecordRequest, RecordResponse> call = client.record();
        calls.add(call);
        for (int k = 0; k < requests; k++) {
          call.send(
              request(
                  k, measurement("a", 1 + k, new double[128]).toBuilder().setReplica(c).build()));
        }
      }
      await().until(() -> queuedBytes() >= capacity);
      // Each may have one more on its way when the room is gone.
      await()
          .during(java.time.Duration.ofMillis(500))
          .atMost(java.time.Duration.ofSeconds(5))
          .until(() -> queuedBytes() <= capacity + (long) (clients + 1) * bytes);
      assertThat(calls).allSatisfy(call -> assertThat(call.received()).isEmpty());
      disk.execute("ROLLBACK");
    }
    calls.forEach(Running::finish);
    for (Running<RecordRequest, RecordResponse> call : calls) {
      assertThat(call.end().status()).isEqualTo(GrpcStatus.OK);
      assertThat(call.received())
          .extracting(RecordResponse::getSequence)
          .containsExactly(upTo(requests));
    }
    assertThat(count("a")).isEqualTo(1 + clients * requests);
    assertThat(queuedBytes()).isZero();
  }

  private double queuedBytes() {
    return new HttpGet(server.server().httpPort())
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("fieldstream_measurement_queue_bytes "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  /** A watcher that does not read costs one response, and sees the newest when it reads on. */
  @Test
  void aWatcherThatDoesNotReadMissesWhatIsBetween() throws Exception {
    Random random = new Random(6);
    // Enough for errors and times: longer than the window of a client that does not read.
    for (int i = 0; i < 10; i++) {
      client.recordOnce(measurement("v", i, random.doubles(4096).toArray()));
    }
    try (StalledClient stalled = new StalledClient(server.server().grpcPort())) {
      WatchRequest watch =
          WatchRequest.newBuilder()
              .addSeries("v")
              .setInterval(Duration.newBuilder().setNanos(100_000_000))
              .build();
      Running<WatchRequest, WatchResponse> reading = client.watch(watch);
      long oneResponse = reading.next().getSerializedSize();
      assertThat(oneResponse).isGreaterThan(2L * StalledClient.WINDOW);
      StalledClient.Stall stall = stalled.watch(watch);
      for (int i = 10; i < 20; i++) {
        client.recordOnce(measurement("v", i, random.doubles(4096).toArray()));
        // The reading one saw it, so the stalled one had its time.
        while (reading.next().getEstimates(0).getComponents(0).getCount() < i + 1) {
          continue;
        }
      }
      stall.read();
      // What was on its way, and the newest.
      await().until(() -> stall.bytes() > 1.5 * oneResponse);
      await()
          .during(java.time.Duration.ofMillis(500))
          .atMost(java.time.Duration.ofSeconds(5))
          .until(() -> stall.bytes() < 2.5 * oneResponse);
      reading.cancel();
      stall.cancel();
    }
  }

  @Test
  void metersCountWhatBecameOfMeasurements() throws Exception {
    client.recordOnce(measurement("a", 1, 1), measurement("a", 2, 1));
    client.recordOnce(measurement("a", 1, 1), measurement("a", 2, 2), measurement("a", 3, 3));
    String metrics = new HttpGet(server.server().httpPort()).get("/metrics").body();
    assertThat(metrics)
        .contains("fieldstream_measurements_acknowledged_total{outcome=\"stored\"} 3.0")
        .contains("fieldstream_measurements_acknowledged_total{outcome=\"duplicate\"} 1.0")
        .contains("fieldstream_measurements_acknowledged_total{outcome=\"refused\"} 1.0")
        .contains("fieldstream_measurement_commit_seconds_count 2")
        .contains("fieldstream_measurement_queue_requests 0.0")
        .contains("fieldstream_measurement_queue_bytes 0.0")
        .contains("fieldstream_measurement_series 1.0");
  }
}
