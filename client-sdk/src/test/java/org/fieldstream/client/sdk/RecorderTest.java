package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.fieldstream.client.testing.FakeRecordServer;
import org.fieldstream.client.testing.FakeServer.Ending;
import org.fieldstream.client.testing.FakeServer.Plan;
import org.fieldstream.v1.Measurement;
import org.fieldstream.v1.RecordResponse;
import org.fieldstream.v1.WatchRequest;
import org.fieldstream.v1.WatchResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Measurements on their way to a server that breaks off. */
@Timeout(60)
class RecorderTest {
  private static final RetryPolicy QUICK =
      new RetryPolicy(
          Duration.ofMillis(1),
          Duration.ofMillis(4),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20));

  private static FieldstreamClient client(int port) {
    return FieldstreamClient.connect(ClientOptions.of("127.0.0.1", port).withRetry(QUICK));
  }

  private static Measurement measurement(long id) {
    return Measurement.newBuilder()
        .setSeries("a")
        .setConfigurationId(id)
        .addValues(Math.sin(id))
        .build();
  }

  /** Requests of 1, 2, 3, 1, 2, 3, ... measurements. */
  private static List<List<Measurement>> requests(int count) {
    List<List<Measurement>> requests = new ArrayList<>();
    long id = 0;
    for (int r = 0; r < count; r++) {
      List<Measurement> request = new ArrayList<>();
      for (int i = 0; i <= r % 3; i++) {
        request.add(measurement(id++));
      }
      requests.add(request);
    }
    return requests;
  }

  @Test
  void everythingIsStoredOnceAcrossBrokenCalls() {
    List<Plan> faults =
        List.of(
            Plan.serve().after(7, Ending.CLOSE_CONNECTION),
            Plan.serve().after(0, Ending.RESET_STREAM),
            Plan.serve().after(30, GrpcStatus.UNAVAILABLE, "the server is shutting down", ""),
            Plan.serve().after(3, Ending.COMPLETE),
            Plan.serve().after(100, Ending.CLOSE_CONNECTION));
    List<String> outages = new CopyOnWriteArrayList<>();
    List<List<Measurement>> requests = requests(500);
    try (FakeRecordServer server =
            new FakeRecordServer(
                call -> call <= faults.size() ? faults.get(call - 1) : Plan.serve());
        FieldstreamClient client = client(server.port());
        MeasurementRecorder recorder = client.recorder((reason, wait) -> outages.add(reason))) {
      List<CompletableFuture<RecordResponse>> answers = new ArrayList<>();
      requests.forEach(request -> answers.add(recorder.record(request)));
      recorder.finish().join();
      assertThat(answers).allMatch(CompletableFuture::isDone);
      assertThat(server.stored())
          .containsExactlyElementsOf(requests.stream().flatMap(List::stream).toList());
      long duplicates = 0;
      for (int r = 0; r < requests.size(); r++) {
        RecordResponse answer = answers.get(r).join();
        assertThat(answer.getStored() + answer.getDuplicates()).isEqualTo(requests.get(r).size());
        duplicates += answer.getDuplicates();
      }
      // At least the requests whose acknowledgement got lost.
      assertThat(duplicates).isGreaterThanOrEqualTo(5);
      assertThat(server.calls()).isEqualTo(6);
      assertThat(outages)
          .hasSize(5)
          .anyMatch(reason -> reason.equals("the server is shutting down"))
          .anyMatch(reason -> reason.equals("the server ended the call"));
    }
  }

  @Test
  void aServerThatComesBackLaterIsWaitedFor() throws Exception {
    int port;
    List<String> outages = new CopyOnWriteArrayList<>();
    FakeRecordServer first = new FakeRecordServer(call -> Plan.serve());
    port = first.port();
    try (FieldstreamClient client = client(port);
        MeasurementRecorder recorder = client.recorder((reason, wait) -> outages.add(reason))) {
      recorder.record(List.of(measurement(1))).get(10, TimeUnit.SECONDS);
      first.close();
      CompletableFuture<RecordResponse> waiting = recorder.record(List.of(measurement(2)));
      await().until(() -> outages.size() > 3);
      assertThat(waiting).isNotDone();
      try (FakeRecordServer second = new FakeRecordServer(port, call -> Plan.serve())) {
        assertThat(waiting.get(10, TimeUnit.SECONDS).getStored()).isEqualTo(1);
        recorder.finish().get(10, TimeUnit.SECONDS);
        assertThat(second.stored()).containsExactly(measurement(2));
      }
    }
  }

  @Test
  void aRefusalOfTheWholeFailsAllThatIsLeft() {
    try (FakeRecordServer server =
            new FakeRecordServer(
                call ->
                    Plan.serve()
                        .after(2, GrpcStatus.RESOURCE_EXHAUSTED, "storage: full", "storage"));
        FieldstreamClient client = client(server.port());
        MeasurementRecorder recorder = client.recorder()) {
      List<CompletableFuture<RecordResponse>> answers = new ArrayList<>();
      requests(5).forEach(request -> answers.add(recorder.record(request)));
      assertThat(answers.get(0).join().getStored()).isEqualTo(1);
      assertThat(answers.get(1).join().getStored()).isEqualTo(2);
      for (int r = 2; r < 5; r++) {
        CompletableFuture<RecordResponse> answer = answers.get(r);
        assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOfSatisfying(
                FieldstreamException.class,
                e -> {
                  assertThat(e.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
                  assertThat(e).hasMessage("storage: full");
                  assertThat(e.field()).isEqualTo("storage");
                });
      }
      assertThatThrownBy(() -> recorder.record(List.of(measurement(9))).get(10, TimeUnit.SECONDS))
          .cause()
          .hasMessage("storage: full");
      assertThat(recorder.finish()).isCompletedExceptionally();
    }
  }

  @Test
  void aServerThatIsNotThereIsGivenUp() {
    RetryPolicy shortly =
        new RetryPolicy(
            Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(50), Duration.ZERO);
    FakeRecordServer gone = new FakeRecordServer(call -> Plan.serve());
    int port = gone.port();
    gone.close();
    try (FieldstreamClient client =
            FieldstreamClient.connect(ClientOptions.of("127.0.0.1", port).withRetry(shortly));
        MeasurementRecorder recorder = client.recorder()) {
      assertThatThrownBy(() -> recorder.record(List.of(measurement(1))).get(10, TimeUnit.SECONDS))
          .cause()
          .hasMessageStartingWith(
              "server: 127.0.0.1:"
                  + port
                  + " (connection refused; is the server running?), given"
                  + " up after ");
    }
  }

  @Test
  void noMeasurementsAreAMistake() {
    try (FieldstreamClient client = client(1);
        MeasurementRecorder recorder = client.recorder()) {
      assertThatThrownBy(() -> recorder.record(List.of()))
          .hasMessage("measurements: none (expected: 1 to 10,000)");
      recorder.finish().join();
    }
  }

  /** Takes so many responses, one at a time, then cancels. */
  private static final class Taker implements Flow.Subscriber<WatchResponse> {
    private final int wanted;
    private final List<WatchResponse> responses = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private Flow.Subscription subscription;

    Taker(int wanted) {
      this.wanted = wanted;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      begun.request(1);
    }

    @Override
    public void onNext(WatchResponse response) {
      responses.add(response);
      if (responses.size() == wanted) {
        subscription.cancel();
        over.complete(null);
      } else {
        subscription.request(1);
      }
    }

    @Override
    public void onError(Throwable cause) {
      over.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
      over.complete(null);
    }
  }

  @Test
  void watchingGoesOnAfterABreak() throws Exception {
    WatchRequest request = WatchRequest.newBuilder().addSeries("told").build();
    try (FakeRecordServer server =
            new FakeRecordServer(
                call ->
                    call == 1
                        ? Plan.serve().after(3, Ending.CLOSE_CONNECTION)
                        : Plan.serve().every(1));
        FieldstreamClient client = client(server.port())) {
      Taker taker = new Taker(5);
      client.watch(request, OutageListener.SILENT).subscribe(taker);
      taker.over.get(20, TimeUnit.SECONDS);
      assertThat(taker.responses)
          .extracting(response -> response.getEstimates(0).getComponents(0).getCount())
          .containsExactly(1L, 2L, 3L, 1L, 2L);
      assertThat(server.watches()).containsExactly(request, request);
    }
  }

  @Test
  void watchingWhatIsRefusedFails() {
    try (FakeRecordServer server =
            new FakeRecordServer(
                call -> Plan.serve().after(0, GrpcStatus.NOT_FOUND, "series: \"x\"", "series"));
        FieldstreamClient client = client(server.port())) {
      Taker taker = new Taker(1);
      client
          .watch(WatchRequest.newBuilder().addSeries("x").build(), OutageListener.SILENT)
          .subscribe(taker);
      assertThatThrownBy(() -> taker.over.get(20, TimeUnit.SECONDS))
          .cause()
          .hasMessage("series: \"x\"");
    }
  }
}
