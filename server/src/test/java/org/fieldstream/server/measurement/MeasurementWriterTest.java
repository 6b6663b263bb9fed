package org.fieldstream.server.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The writer's thread: groups, back-pressure, order, and what happens when something breaks. */
@Timeout(60)
final class MeasurementWriterTest {
  private static final long CAPACITY = 10_000;

  @TempDir private Path data;
  private PrometheusMeterRegistry registry;
  private MeasurementWriter writer;

  @BeforeEach
  void start() {
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    writer =
        MeasurementWriter.start(
            data,
            new MeasurementLimits(100, CAPACITY, 1 << 30, 1 << 30),
            new FieldstreamMeters(registry).measurements(),
            name -> false);
  }

  @AfterEach
  void stop() {
    writer.close();
  }

  /** A request whose fate can be waited for. */
  private static class Request implements Submission {
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final List<Measurement> measurements;

    Request(List<Measurement> measurements) {
      this.measurements = measurements;
    }

    @Override
    public long bytes() {
      return 1000;
    }

    @Override
    public List<Measurement> read() {
      return measurements;
    }

    @Override
    public void acknowledged(Outcome acknowledged) {
      outcome.complete(acknowledged);
    }

    @Override
    public void failed(ServiceException reason) {
      outcome.completeExceptionally(reason);
    }

    ServiceException failure() {
      return (ServiceException) outcome.handle((done, reason) -> reason).join();
    }
  }

  /** A request that keeps the writer busy. */
  private static final class Slow extends Request {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);

    Slow(List<Measurement> measurements) {
      super(measurements);
    }

    @Override
    public List<Measurement> read() {
      begun.countDown();
      try {
        assertThat(go.await(2, TimeUnit.MINUTES)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return super.read();
    }
  }

  private static Measurement measurement(String series, long id, double value) {
    return new Measurement(series, 0, id, new double[] {value}, false, 0);
  }

  private <R extends Request> R submit(R request) {
    assertThat(writer.submit(request)).isTrue();
    return request;
  }

  private long commits() {
    return registry.get("fieldstream.measurement.commit").timer().count();
  }

  @Test
  void whatWaitsBecomesDurableTogether() throws Exception {
    Slow first = submit(new Slow(List.of(measurement("a", 0, 1))));
    first.begun.await();
    List<Request> others = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      others.add(submit(new Request(List.of(measurement("a", i, 1)))));
    }
    assertThat(registry.get("fieldstream.measurement.queue.requests").gauge().value())
        .isEqualTo(51);
    first.go.countDown();
    assertThat(first.outcome.join().estimates().get(0).components().get(0).count()).isEqualTo(1);
    for (Request other : others) {
      Outcome outcome = other.outcome.join();
      assertThat(outcome.stored()).isEqualTo(1);
      // All of the group, this request included.
      assertThat(outcome.estimates().get(0).components().get(0).count()).isEqualTo(51);
    }
    assertThat(commits()).isEqualTo(2);
    await()
        .until(() -> registry.get("fieldstream.measurement.queue.requests").gauge().value() == 0);
  }

  @Test
  void clientsWaitWhileTheQueueIsFull() throws Exception {
    Slow slow = submit(new Slow(List.of(measurement("a", 0, 1))));
    slow.begun.await();
    AtomicInteger room = new AtomicInteger();
    writer.whenRoom(room::incrementAndGet);
    assertThat(room).hasValue(1);
    for (int i = 1; i < CAPACITY / slow.bytes(); i++) {
      submit(new Request(List.of(measurement("a", i, 1))));
    }
    assertThat(writer.queuedBytes()).isEqualTo(CAPACITY);
    writer.whenRoom(room::incrementAndGet);
    assertThat(room).hasValue(1);
    slow.go.countDown();
    await().until(() -> room.get() == 2);
    await().until(() -> writer.queuedBytes() == 0);
  }

  @Test
  void whatComesLateInALongSeriesEntersSoon() {
    Random random = new Random(3);
    int n = 30_000;
    double[] values = random.doubles(n).toArray();
    // Every third is missing at first; then they come, the last one first.
    submit(new Request(some("late", values, i -> i % 3 != 1))).outcome.join();
    List<Measurement> missing = new ArrayList<>(some("late", values, i -> i % 3 == 1));
    Collections.reverse(missing);
    Outcome outcome = submit(new Request(missing)).outcome.join();
    assertThat(outcome.stored()).isEqualTo(n / 3);
    await()
        .atMost(Duration.ofSeconds(50))
        .untilAsserted(
            () -> assertThat(writer.board().find("late").components().get(0).count()).isEqualTo(n));
    submit(new Request(some("whole", values, i -> true))).outcome.join();
    assertThat(writer.board().find("late").components())
        .isEqualTo(writer.board().find("whole").components());
  }

  private static List<Measurement> some(String series, double[] values, IntPredicate which) {
    return IntStream.range(0, values.length)
        .filter(which)
        .mapToObj(i -> measurement(series, i, values[i]))
        .toList();
  }

  @Test
  void measurementsThatComeDuringAPassAreNotLost() {
    int n = 60_000;
    List<Measurement> replicas = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      replicas.add(new Measurement("a", i % 2, 10 + i / 2, new double[] {i % 7}, false, 0));
    }
    submit(new Request(replicas)).outcome.join();
    // Late ones begin a pass; in each slice's shadow both replicas grow, and late ones come again.
    List<Request> requests = new ArrayList<>();
    for (int k = 0; k < 40; k++) {
      List<Measurement> more = new ArrayList<>();
      for (long replica = 0; replica < 2; replica++) {
        more.add(new Measurement("a", replica, 1_000_000 + k, new double[] {k}, false, 0));
      }
      if (k % 10 == 0) {
        more.add(new Measurement("a", k / 20, k / 10 % 10, new double[] {k}, false, 0));
      }
      requests.add(submit(new Request(more)));
    }
    requests.forEach(request -> request.outcome.join());
    await()
        .atMost(Duration.ofSeconds(50))
        .untilAsserted(
            () ->
                assertThat(writer.board().find("a").components().get(0).count())
                    .isEqualTo(n + 80 + 4));
    SeriesSnapshot before = writer.board().find("a");
    stop();
    start();
    writer.replayed().join();
    ComponentEstimate after = writer.board().find("a").components().get(0);
    assertThat(after.count()).isEqualTo(n + 84);
    assertThat(after.mean()).isCloseTo(before.components().get(0).mean(), within(1e-9));
  }

  @Test
  void aRequestThatCannotBeReadFailsAlone() throws Exception {
    Slow first = submit(new Slow(List.of(measurement("a", 0, 1))));
    first.begun.await();
    Request bad =
        submit(
            new Request(List.of()) {
              @Override
              public List<Measurement> read() {
                throw ServiceException.of(ErrorCode.BAD_MESSAGE, "request: unreadable");
              }
            });
    Request good = submit(new Request(List.of(measurement("a", 1, 1))));
    first.go.countDown();
    assertThat(bad.failure().code()).isEqualTo(ErrorCode.BAD_MESSAGE);
    assertThat(good.outcome.join().stored()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterAFaultOfOursTheStoreIsReadAgain(boolean memory) throws Exception {
    submit(new Request(List.of(measurement("a", 0, 1)))).outcome.join();
    Slow first = submit(new Slow(List.of(measurement("a", 1, 1))));
    first.begun.await();
    Request faulty =
        submit(
            new Request(List.of()) {
              @Override
              public List<Measurement> read() {
                if (memory) {
                  throw new OutOfMemoryError("provoked by a test");
                }
                throw new IllegalStateException("a fault, provoked by a test");
              }
            });
    Request beside = submit(new Request(List.of(measurement("a", 2, 1))));
    first.go.countDown();
    assertThat(faulty.failure().code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(beside.failure().code()).isEqualTo(ErrorCode.INTERNAL);
    Outcome again = submit(new Request(List.of(measurement("a", 2, 1)))).outcome.join();
    assertThat(again.stored()).isEqualTo(1);
    assertThat(again.estimates().get(0).components().get(0).count()).isEqualTo(3);
  }

  @Test
  void whatIsDamagedOrFromTheFutureIsToldWithTheRemedy() throws IOException, SQLException {
    submit(new Request(List.of(measurement("a", 0, 1)))).outcome.join();
    stop();
    Path file = data.resolve("measurements.db");
    byte[] bytes = Files.readAllBytes(file);
    Files.writeString(file, "this is no database, and long enough to be seen as such ".repeat(100));
    start();
    Request request = submit(new Request(List.of(measurement("a", 1, 1))));
    assertThat(request.failure().code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
    assertThat(request.failure().sentence())
        .startsWith(
            file
                + ": damaged (remedy: move it away, after the sqlite3 program's .recover has saved"
                + " what can be read): ");
    assertThat(writer.unusable()).isEqualTo(request.failure().sentence());
    Files.write(file, bytes);
    Outcome healed = submit(new Request(List.of(measurement("a", 1, 1)))).outcome.join();
    assertThat(healed.estimates().get(0).components().get(0).count()).isEqualTo(2);
    assertThat(writer.unusable()).isNull();
    stop();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version=2");
    }
    start();
    assertThat(submit(new Request(List.of(measurement("a", 2, 1)))).failure().sentence())
        .isEqualTo(file + ": format 2 (expected: 1, as this version writes it)");
  }

  @Test
  void aWriterThatStopsStoresWhatItHasAndTakesNoMore() {
    List<Request> requests =
        LongStream.range(0, 100)
            .mapToObj(i -> submit(new Request(List.of(measurement("a", i, 1)))))
            .toList();
    writer.close();
    requests.forEach(request -> assertThat(request.outcome.join().stored()).isEqualTo(1));
    assertThat(writer.submit(new Request(List.of(measurement("a", 100, 1))))).isFalse();
  }
}
