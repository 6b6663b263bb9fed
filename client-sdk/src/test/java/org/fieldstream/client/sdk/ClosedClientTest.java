package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.Measurement;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.TrainModelRequest;
import org.fieldstream.v1.WatchRequest;
import org.fieldstream.v1.WatchResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody waits for a client that was closed. */
class ClosedClientTest {
  /** An hour until the next attempt. */
  private static final RetryPolicy PATIENT =
      new RetryPolicy(
          Duration.ofHours(1), Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(1));

  /** What can be under way; those that try again when a call breaks come first. */
  enum Work {
    ITERATE {
      @Override
      CompletableFuture<?> begin(FieldstreamClient client, CountDownLatch broken) {
        BatchIterator batches =
            BatchIterator.over(
                client.subscribe(
                    SubscribeRequest.newBuilder().setModel("m").setCount(10).build(),
                    ResumePoint.START,
                    (reason, next, wait) -> broken.countDown()));
        return async(batches::hasNext);
      }
    },
    RECORD {
      @Override
      CompletableFuture<?> begin(FieldstreamClient client, CountDownLatch broken) {
        return client.recorder((reason, wait) -> broken.countDown()).record(MEASUREMENTS);
      }
    },
    FINISH_RECORDING {
      @Override
      CompletableFuture<?> begin(FieldstreamClient client, CountDownLatch broken) {
        MeasurementRecorder recorder = client.recorder((reason, wait) -> broken.countDown());
        recorder.record(MEASUREMENTS);
        return recorder.finish();
      }
    },
    WATCH {
      @Override
      CompletableFuture<?> begin(FieldstreamClient client, CountDownLatch broken) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        client
            .watch(WatchRequest.getDefaultInstance(), (reason, wait) -> broken.countDown())
            .subscribe(
                new Flow.Subscriber<WatchResponse>() {
                  @Override
                  public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(1);
                  }

                  @Override
                  public void onNext(WatchResponse message) {
                    end.complete(null);
                  }

                  @Override
                  public void onError(Throwable cause) {
                    end.completeExceptionally(cause);
                  }

                  @Override
                  public void onComplete() {
                    end.complete(null);
                  }
                });
        return end;
      }
    },
    PROPOSE {
      @Override
      CompletableFuture<?> begin(FieldstreamClient client, CountDownLatch broken) {
        return client.propose(ProposalSession.newBuilder().setModel("m").build()).askAsync(1, null);
      }
    },
    PUSH {
      @Override
      CompletableFuture<?> begin(FieldstreamClient client, CountDownLatch broken) {
        EnsemblePush push = client.push(EnsembleHeader.newBuilder().setEnsemble("e").build());
        return async(push::finish);
      }
    },
    LIST {
      @Override
      CompletableFuture<?> begin(FieldstreamClient client, CountDownLatch broken) {
        return client.listModels();
      }
    },
    TRAIN {
      @Override
      CompletableFuture<?> begin(FieldstreamClient client, CountDownLatch broken) {
        return client.train(TrainModelRequest.getDefaultInstance(), progress -> {});
      }
    };

    private static final List<Measurement> MEASUREMENTS =
        List.of(Measurement.newBuilder().setSeries("s").setConfigurationId(1).addValues(1).build());

    abstract CompletableFuture<?> begin(FieldstreamClient client, CountDownLatch broken);

    private static <T> CompletableFuture<T> async(java.util.function.Supplier<T> work) {
      CompletableFuture<T> future = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  future.complete(work.get());
                } catch (RuntimeException e) {
                  future.completeExceptionally(e);
                }
              },
              "waits");
      thread.setDaemon(true);
      thread.start();
      return future;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoWaitsForAnAnswerIsTold(Work work) throws Exception {
    Vertx vertx = Vertx.vertx();
    CountDownLatch asked = new CountDownLatch(1);
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(request -> asked.countDown()) // and no more is said
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    FieldstreamClient client = client(server.actualPort());
    CompletableFuture<?> answer = work.begin(client, new CountDownLatch(1));
    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(answer).isNotDone();
    client.close();
    assertCancelled(answer);
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void whoWaitsForAConnectionIsTold(Work work) throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      FieldstreamClient client = client(mute.getLocalPort());
      CompletableFuture<?> answer = work.begin(client, new CountDownLatch(1));
      try (Socket taken = mute.accept()) {
        assertThat(taken.isConnected()).isTrue();
        assertThat(answer).isNotDone();
        client.close();
        assertCancelled(answer);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ITERATE", "RECORD", "FINISH_RECORDING", "WATCH"})
  void whoWaitsForTheNextAttemptIsTold(Work work) throws Exception {
    FieldstreamClient client = client(freePort());
    CountDownLatch broken = new CountDownLatch(1);
    CompletableFuture<?> answer = work.begin(client, broken);
    assertThat(broken.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(answer).isNotDone();
    client.close();
    assertCancelled(answer);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsBegunAfterwardsFailsAtOnce(Work work) throws Exception {
    FieldstreamClient client = client(freePort());
    client.close();
    assertCancelled(work.begin(client, new CountDownLatch(1)));
    client.close();
  }

  @Test
  void whatIsOpenCanBeClosedAfterItsClient() throws Exception {
    FieldstreamClient client = client(freePort());
    BatchIterator batches = client.iterate(SubscribeRequest.newBuilder().setModel("m").build());
    MeasurementRecorder recorder = client.recorder();
    Proposals proposals = client.propose(ProposalSession.getDefaultInstance());
    EnsemblePush push = client.push(EnsembleHeader.getDefaultInstance());
    client.close();
    batches.close();
    recorder.close();
    proposals.close();
    push.close();
    assertThat(batches.hasNext()).isFalse();
    assertCancelled(recorder.record(Work.MEASUREMENTS));
    assertCancelled(recorder.finish());
  }

  @Test
  void aRecorderThatHasFinishedTakesNoMore() throws Exception {
    try (FieldstreamClient client = client(freePort());
        MeasurementRecorder recorder = client.recorder()) {
      recorder.finish().get(30, TimeUnit.SECONDS);
      CompletableFuture<?> late = recorder.record(Work.MEASUREMENTS);
      ExecutionException failure =
          catchThrowableOfType(ExecutionException.class, () -> late.get(30, TimeUnit.SECONDS));
      assertThat(failure.getCause())
          .isInstanceOf(FieldstreamException.class)
          .hasMessageStartingWith("recorder: finished");
    }
  }

  /** Whichever comes first: a subscriber is introduced once, and then told of one end. */
  @Test
  void aSubscriberThatComesAsTheClientIsClosedIsToldOnce() throws Exception {
    int port = freePort();
    for (int round = 0; round < 100; round++) {
      FieldstreamClient client = client(port);
      Heard<ConfigurationBatch> configurations = new Heard<>();
      Heard<WatchResponse> estimates = new Heard<>();
      CyclicBarrier start = new CyclicBarrier(2);
      Thread subscribing =
          new Thread(
              () -> {
                try {
                  start.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                  throw new IllegalStateException(e);
                }
                client
                    .subscribe(SubscribeRequest.newBuilder().setModel("m").build())
                    .subscribe(configurations);
                client
                    .watch(WatchRequest.getDefaultInstance(), OutageListener.SILENT)
                    .subscribe(estimates);
              });
      subscribing.start();
      start.await(30, TimeUnit.SECONDS);
      client.close();
      subscribing.join(30_000);
      for (Heard<?> heard : List.of(configurations, estimates)) {
        assertThat(heard.ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(heard.signals).containsExactly("subscribed", "the client was closed");
      }
    }
  }

  /** Writes down what a subscriber hears. */
  private static final class Heard<T> implements Flow.Subscriber<T> {
    final List<String> signals = new CopyOnWriteArrayList<>();
    final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      signals.add("subscribed");
      subscription.request(1);
    }

    @Override
    public void onNext(T item) {
      signals.add("an item");
    }

    @Override
    public void onError(Throwable cause) {
      signals.add(String.valueOf(cause.getMessage()));
      ended.countDown();
    }

    @Override
    public void onComplete() {
      signals.add("completed");
      ended.countDown();
    }
  }

  private static void assertCancelled(CompletableFuture<?> answer) {
    ExecutionException failure =
        catchThrowableOfType(ExecutionException.class, () -> answer.get(30, TimeUnit.SECONDS));
    assertThat(failure).isNotNull();
    assertThat(failure.getCause()).isInstanceOf(FieldstreamException.class);
    FieldstreamException reason = (FieldstreamException) failure.getCause();
    assertThat(reason.status()).as(reason.toString()).isEqualTo(GrpcStatus.CANCELLED);
    assertThat(reason).hasMessage("the client was closed");
  }

  private static FieldstreamClient client(int port) {
    return FieldstreamClient.connect(
        ClientOptions.of("127.0.0.1", port)
            .withCallTimeout(Duration.ofHours(1))
            .withKeepAlive(Duration.ofHours(1))
            .withRetry(PATIENT));
  }

  /** Where nobody listens. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
