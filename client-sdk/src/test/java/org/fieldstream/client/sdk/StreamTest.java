package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.fieldstream.client.testing.FakeServer;
import org.fieldstream.client.testing.FakeServer.Ending;
import org.fieldstream.client.testing.FakeServer.Plan;
import org.fieldstream.client.testing.FakeStream;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Denoising;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.Model;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.Series;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.Test;

/** One stream over a server that behaves, or sends what it must not. */
class StreamTest {
  private static final SubscribeRequest REQUEST =
      SubscribeRequest.newBuilder()
          .setModel("fake")
          .setSeed(5)
          .setCount(20)
          .addObservables("phi2")
          .build();

  @Test
  void bringsEverythingOfABatch() {
    SubscribeRequest request =
        REQUEST.toBuilder()
            .setDtype(DType.DTYPE_FLOAT64)
            .setTarget(Target.newBuilder().addExtents(4).addExtents(6))
            .build();
    try (FakeServer server = new FakeServer(call -> Plan.serve());
        FieldstreamClient client = client(server);
        BatchIterator batches = client.iterate(request)) {
      ConfigurationBatch batch = batches.next();
      assertThat(batch.count()).isEqualTo(7);
      assertThat(batch.shape()).containsExactly(1, 4, 6);
      assertThat(batch.size()).isEqualTo(24);
      assertThat(batch.dtype()).isEqualTo(DType.DTYPE_FLOAT64);
      assertThat(batch.exactness()).isEqualTo(Exactness.EXACTNESS_METROPOLIS);
      assertThat(batch.modelDigest()).isEqualTo(FakeStream.DIGEST);
      assertThat(batch.accepted()).containsExactly(true, true, true, false, true, true, true);
      double[] second = FakeStream.field(5, 1, 24);
      assertThat(java.util.Arrays.copyOfRange(batch.doubles(), 24, 48)).isEqualTo(second);
      assertThat(batch.floats()[24]).isEqualTo((float) second[0]);
      assertThat(batch.logWeight()[1]).isEqualTo(0.1 * second[0]);
      assertThat(batch.observables().get("phi2")[1])
          .isEqualTo(FakeStream.observable("phi2", second));
      assertThat(batch.action()[1]).isEqualTo(24 * FakeStream.observable("phi2", second) / 2);
      assertThat(batch.resumePoint().nextIndex()).isEqualTo(7);
    }
  }

  @Test
  void omittedFieldsAreAbsent() {
    try (FakeServer server = new FakeServer(call -> Plan.serve());
        FieldstreamClient client = client(server);
        BatchIterator batches = client.iterate(REQUEST.toBuilder().setOmitFields(true).build())) {
      ConfigurationBatch batch = batches.next();
      assertThat(batch.hasFields()).isFalse();
      assertThat(batch.floats()).isEmpty();
      assertThat(batch.action()).hasSize(7);
    }
  }

  @Test
  void bringsTheWayOutOfNoiseAcrossABreak() {
    SubscribeRequest request =
        REQUEST.toBuilder().setDenoising(NoiseLevels.newBuilder().setCount(3)).build();
    FakeServer.Planner planner =
        call -> call == 1 ? Plan.serve().after(1, Ending.CLOSE_CONNECTION) : Plan.serve();
    try (FakeServer server = new FakeServer(planner);
        FieldstreamClient client = client(server);
        BatchIterator batches = client.iterate(request)) {
      long next = 0;
      while (batches.hasNext()) {
        ConfigurationBatch batch = batches.next();
        DenoisingBatch way = batch.denoising();
        // Told once a call, known in every batch.
        assertThat(way.sigmas()).containsExactly(2.0, 1.0, 0.0);
        assertThat(way.shape()).containsExactly(3, 1, 4, 4);
        float[] fields = way.floats();
        assertThat(fields).hasSize(batch.count() * 3 * 16);
        for (int i = 0; i < batch.count(); i++) {
          double[] field = FakeStream.field(5, batch.firstIndex() + i, 16);
          assertThat(fields[i * 48 + 5]).isEqualTo((float) (field[5] + 2));
          assertThat(Arrays.copyOfRange(fields, i * 48 + 32, i * 48 + 48))
              .isEqualTo(Arrays.copyOfRange(batch.floats(), i * 16, i * 16 + 16));
          assertThat(way.doubles()[i * 48 + 40]).isEqualTo((float) field[8]);
        }
        next = batch.resumePoint().nextIndex();
      }
      assertThat(next).isEqualTo(20);
      assertThat(server.calls()).hasSize(2);
    }
  }

  @Test
  void refusesABrokenWayOutOfNoise() {
    assertRefused(m -> m.toBuilder().clearDenoising().build(), "denoising: missing", 3);
    assertRefused(m -> m, "denoising: present", 0);
    assertWayRefused(way -> way.setCrc32C(way.getCrc32C() ^ 1), "denoising.crc32c");
    assertWayRefused(
        way -> way.setFields(way.getFields().substring(4)), "denoising.fields: 1340 bytes");
    assertWayRefused(way -> way.setShape(1, 4), "denoising.shape: [7, 4, 1, 4, 4]");
    assertWayRefused(way -> way.clearSigmas(), "denoising.sigmas: []");
    assertWayRefused(way -> way.addSigmas(-1), "denoising.sigmas");
  }

  private static void assertWayRefused(UnaryOperator<Denoising.Builder> damage, String what) {
    assertRefused(
        m -> m.toBuilder().setDenoising(damage.apply(m.getDenoising().toBuilder())).build(),
        what,
        3);
  }

  /** What is sent to a client that asked for so many levels, out of noise in three. */
  private static void assertRefused(
      UnaryOperator<SubscribeResponse> damage, String what, int levels) {
    SubscribeRequest three =
        REQUEST.toBuilder().setDenoising(NoiseLevels.newBuilder().setCount(3)).build();
    SubscribeResponse message = new FakeStream(three).next();
    UnaryOperator<SubscribeResponse> sent =
        m -> damage.apply(m.toBuilder().setDenoising(message.getDenoising()).build());
    SubscribeRequest request = levels == 0 ? REQUEST : three;
    try (FakeServer server = new FakeServer(call -> Plan.serve().changing(sent));
        FieldstreamClient client = client(server);
        BatchIterator batches = client.iterate(request)) {
      FieldstreamException failure =
          catchThrowableOfType(FieldstreamException.class, batches::hasNext);
      assertThat(failure.status()).isEqualTo(GrpcStatus.DATA_LOSS);
      assertThat(failure).hasMessageStartingWith(what);
    }
  }

  @Test
  void refusesWhatBreaksAPromise() {
    assertRefused(m -> m.toBuilder().setCrc32C(m.getCrc32C() ^ 1).build(), "crc32c");
    assertRefused(m -> m.toBuilder().setFields(flipped(m.getFields())).build(), "crc32c");
    assertRefused(
        m -> m.toBuilder().setFields(m.getFields().substring(4)).build(), "fields: 444 bytes");
    assertRefused(m -> m.toBuilder().setFirstIndex(m.getFirstIndex() + 1).build(), "first_index");
    assertRefused(m -> m.toBuilder().setCount(0).build(), "count: 0");
    assertRefused(m -> m.toBuilder().setShape(2, 5).build(), "fields: 448 bytes");
    assertRefused(m -> m.toBuilder().setShape(0, 3).build(), "shape");
    assertRefused(m -> m.toBuilder().clearShape().build(), "shape");
    assertRefused(m -> m.toBuilder().addAction(1).build(), "action: 8 values");
    assertRefused(m -> m.toBuilder().addLogWeight(1).build(), "log_weight: 8 values");
    assertRefused(m -> m.toBuilder().addAccepted(true).build(), "accepted: 8 values");
    assertRefused(m -> m.toBuilder().clearObservables().build(), "observables.phi2: missing");
    assertRefused(
        m -> m.toBuilder().putObservables("phi2", Series.getDefaultInstance()).build(),
        "observables.phi2: 0 values");
    assertRefused(m -> m.toBuilder().setDtype(DType.DTYPE_FLOAT64).build(), "dtype");
    assertRefused(m -> m.toBuilder().clearResumeToken().build(), "resume_token");
  }

  private static ByteString flipped(ByteString bytes) {
    byte[] copy = bytes.toByteArray();
    copy[copy.length / 2] ^= 4;
    return ByteString.copyFrom(copy);
  }

  private static void assertRefused(UnaryOperator<SubscribeResponse> damage, String what) {
    try (FakeServer server = new FakeServer(call -> Plan.serve().changing(damage));
        FieldstreamClient client = client(server);
        BatchIterator batches = client.iterate(REQUEST)) {
      FieldstreamException failure =
          catchThrowableOfType(FieldstreamException.class, batches::hasNext);
      assertThat(failure.status()).isEqualTo(GrpcStatus.DATA_LOSS);
      assertThat(failure).hasMessageStartingWith(what);
      assertThat(server.calls()).hasSize(1);
    }
  }

  @Test
  void aStreamCutShortIsNotWhole() {
    try (FakeServer server = new FakeServer(call -> Plan.serve().after(2, Ending.COMPLETE));
        FieldstreamClient client = client(server);
        BatchIterator batches = client.iterate(REQUEST)) {
      FieldstreamException failure =
          catchThrowableOfType(
              FieldstreamException.class, () -> batches.forEachRemaining(batch -> {}));
      assertThat(failure)
          .hasMessage("count: the server ended the stream after 14 configurations (expected: 20)");
    }
  }

  @Test
  void aMessageOverTheLimitFailsTheStreamLoudly() {
    SubscribeRequest big =
        REQUEST.toBuilder()
            .setTarget(Target.newBuilder().addExtents(32).addExtents(32))
            .setBatchSize(10)
            .build();
    try (FakeServer server = new FakeServer(call -> Plan.serve());
        FieldstreamClient client =
            FieldstreamClient.connect(
                ClientOptions.of("127.0.0.1", server.port()).withMaxMessageBytes(8192));
        BatchIterator batches = client.iterate(big)) {
      FieldstreamException failure =
          catchThrowableOfType(FieldstreamException.class, batches::hasNext);
      assertThat(failure.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
      assertThat(failure.field()).isEqualTo("batch_size");
      assertThat(failure)
          .hasMessageMatching(
              "message: 4\\d{4} bytes \\(expected: at most 8192; ask for a smaller batch_size\\)");
    }
  }

  @Test
  void aRefusalKeepsStatusSentenceAndField() {
    String sentence = "extents: 7 x 7 (expected: 8 x 8, the lattice of model phi4-8x8 – fixed)";
    FakeServer.Planner planner =
        call -> Plan.serve().after(0, GrpcStatus.INVALID_ARGUMENT, sentence, "target.extents");
    try (FakeServer server = new FakeServer(planner);
        FieldstreamClient client = client(server);
        BatchIterator batches = client.iterate(REQUEST)) {
      FieldstreamException failure =
          catchThrowableOfType(FieldstreamException.class, batches::hasNext);
      assertThat(failure.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
      assertThat(failure).hasMessage(sentence);
      assertThat(failure.field()).isEqualTo("target.extents");
      assertThat(server.calls()).hasSize(1);
    }
  }

  @Test
  void aRefusalAfterMessagesKeepsItsSentenceToo() {
    String sentence = "device: out of memory, 100% + 5 % too much: σ";
    FakeServer.Planner planner =
        call -> Plan.serve().after(2, GrpcStatus.RESOURCE_EXHAUSTED, sentence, "batch_size");
    try (FakeServer server = new FakeServer(planner);
        FieldstreamClient client = client(server);
        BatchIterator batches = client.iterate(REQUEST)) {
      FieldstreamException failure =
          catchThrowableOfType(
              FieldstreamException.class, () -> batches.forEachRemaining(batch -> {}));
      assertThat(failure.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
      assertThat(failure).hasMessage(sentence);
      assertThat(failure.field()).isEqualTo("batch_size");
    }
  }

  @Test
  void onlyWhatIsRequestedArrives() {
    SubscribeRequest endless =
        SubscribeRequest.newBuilder()
            .setModel("fake")
            .setBatchSize(16)
            .setTarget(Target.newBuilder().addExtents(128).addExtents(128))
            .build();
    try (FakeServer server = new FakeServer(call -> Plan.serve());
        FieldstreamClient client = client(server)) {
      Recorder recorder = new Recorder();
      client.subscribe(endless).subscribe(recorder);
      await().until(() -> recorder.subscription.get() != null);
      recorder.subscription.get().request(2);
      await().until(() -> recorder.batches.size() == 2);
      recorder.subscription.get().request(3);
      await().until(() -> recorder.batches.size() == 5);
      // 1 MiB messages: a reader that stops holds the server after the windows are full.
      await().during(Duration.ofMillis(300)).until(() -> recorder.batches.size() == 5);
      assertThat(server.written()).isLessThan(64);
      recorder.subscription.get().cancel();
      await().until(() -> server.cancelled() == 1);
      assertThat(recorder.ends).isEmpty();
    }
  }

  @Test
  void aSecondSubscriberIsRefused() {
    try (FakeServer server = new FakeServer(call -> Plan.serve());
        FieldstreamClient client = client(server)) {
      ConfigurationStream stream = client.subscribe(REQUEST);
      Recorder first = new Recorder();
      Recorder second = new Recorder();
      stream.subscribe(first);
      stream.subscribe(second);
      await().until(() -> !second.ends.isEmpty());
      assertThat(second.ends.get(0)).isInstanceOf(IllegalStateException.class);
      await().until(() -> first.subscription.get() != null);
      first.subscription.get().request(Long.MAX_VALUE);
      await().until(() -> first.ends.equals(List.of("complete")));
      assertThat(first.batches).hasSize(3);
    }
  }

  @Test
  void aDemandOfNothingIsAnError() {
    try (FakeServer server = new FakeServer(call -> Plan.serve());
        FieldstreamClient client = client(server)) {
      Recorder recorder = new Recorder();
      client.subscribe(REQUEST).subscribe(recorder);
      await().until(() -> recorder.subscription.get() != null);
      recorder.subscription.get().request(0);
      await().until(() -> !recorder.ends.isEmpty());
      assertThat(recorder.ends.get(0)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void closingTheIteratorFromAnotherThreadEndsTheWait() throws Exception {
    SubscribeRequest endless = REQUEST.toBuilder().setCount(0).build();
    try (FakeServer server = new FakeServer(call -> Plan.serve());
        FieldstreamClient client = client(server)) {
      BatchIterator batches = client.iterate(endless);
      Thread reader = new Thread(() -> batches.forEachRemaining(batch -> {}));
      reader.start();
      await().until(() -> server.written() > 10);
      batches.close();
      reader.join(10_000);
      assertThat(reader.isAlive()).isFalse();
      await().until(() -> server.cancelled() == 1);
    }
  }

  @Test
  void listsAndShowsModels() {
    Model model = Model.newBuilder().setId("fake").setGenerator("normals").build();
    try (FakeServer server = new FakeServer(call -> Plan.serve(), model);
        FieldstreamClient client = client(server)) {
      assertThat(client.listModels().join()).containsExactly(model);
      assertThat(client.getModel("fake").join()).isEqualTo(model);
      assertThatThrownBy(() -> client.getModel("other").join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(FieldstreamException.class)
          .hasMessage("model: other (expected: one of [fake])")
          .extracting(e -> ((FieldstreamException) e).field())
          .isEqualTo("model");
    }
  }

  /** A busy machine is slow, not wrong. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(2));
  }

  private static FieldstreamClient client(FakeServer server) {
    return FieldstreamClient.connect("127.0.0.1", server.port());
  }

  private static final class Recorder implements Flow.Subscriber<ConfigurationBatch> {
    final AtomicReference<Flow.Subscription> subscription = new AtomicReference<>();
    final List<ConfigurationBatch> batches = new CopyOnWriteArrayList<>();
    final List<Object> ends = new CopyOnWriteArrayList<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription.set(subscription);
    }

    @Override
    public void onNext(ConfigurationBatch batch) {
      batches.add(batch);
    }

    @Override
    public void onError(Throwable cause) {
      ends.add(cause);
    }

    @Override
    public void onComplete() {
      ends.add("complete");
    }
  }
}
