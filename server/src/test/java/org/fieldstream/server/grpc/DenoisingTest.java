package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.fieldstream.server.testing.DenoisingStreams.COUNT;
import static org.fieldstream.server.testing.DenoisingStreams.LEVELS;
import static org.fieldstream.server.testing.DenoisingStreams.SITES;
import static org.fieldstream.server.testing.DenoisingStreams.levels;
import static org.fieldstream.server.testing.DenoisingStreams.messages;
import static org.fieldstream.server.testing.DenoisingStreams.plain;
import static org.fieldstream.server.testing.DenoisingStreams.server;
import static org.fieldstream.server.testing.DenoisingStreams.sigmas;

import com.google.protobuf.ByteString;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.fieldstream.client.sdk.BatchIterator;
import org.fieldstream.client.sdk.ConfigurationBatch;
import org.fieldstream.client.sdk.DenoisingBatch;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.Machines;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.session.FieldBytes;
import org.fieldstream.server.testing.Content;
import org.fieldstream.server.testing.SmallAnnealed;
import org.fieldstream.server.testing.SmallDiffusion;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Denoising;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.GetModelRequest;
import org.fieldstream.v1.GetModelResponse;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams that bring the way of each configuration out of noise. */
final class DenoisingTest {
  private static TestServer server;
  private static StreamClient client;

  @BeforeAll
  static void start() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
    server = server(config -> config);
    client = server.client();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  /** Field {@code k} of field values of 16 sites in so many bytes each. */
  private static ByteString field(ByteString fields, int k, int width) {
    return fields.substring(k * SITES * width, (k + 1) * SITES * width);
  }

  @ParameterizedTest
  @CsvSource({
    "vector, RAW, small-diffusion",
    "vector, REWEIGHT, small-diffusion",
    "vector, METROPOLIS, small-diffusion",
    "jtp, METROPOLIS, small-diffusion",
    "vector, METROPOLIS, small-diffusion-maala",
    "jtp, RAW, small-diffusion-maala",
    "vector, RAW, small-diffusion-langevin",
    "vector, REWEIGHT, small-diffusion-broken-maala",
    "vector, METROPOLIS, annealed",
    "jtp, REWEIGHT, annealed",
    "vector, RAW, annealed-langevin"
  })
  void theLastLevelIsTheConfigurationItselfAndNothingElseChanges(
      String machine, String kind, String model) {
    Exactness exactness = Exactness.valueOf("EXACTNESS_" + kind);
    List<Integer> shape = model.startsWith("annealed") ? List.of(2, 4, 4) : List.of(1, 4, 4);
    int width = shape.get(0) * Float.BYTES;
    try (TestServer on = TestServer.start(MachineLineup.only(Machines.open(machine)), all());
        StreamClient reading = on.client()) {
      List<SubscribeResponse> alone = messages(reading, plain(model, exactness).build());
      List<SubscribeResponse> watched =
          messages(reading, plain(model, exactness).setDenoising(levels(LEVELS)).build());
      assertThat(Content.of(watched).withoutDenoising()).isEqualTo(Content.of(alone));
      assertThat(watched).hasSizeGreaterThan(1);
      for (SubscribeResponse message : watched) {
        Denoising way = message.getDenoising();
        boolean first = message.getFirstIndex() == 0;
        assertThat(way.getSigmasCount()).isEqualTo(first ? LEVELS : 0);
        assertThat(way.getShapeList().subList(0, 2)).containsExactly(message.getCount(), LEVELS);
        assertThat(way.getShapeList().subList(2, 5)).isEqualTo(shape);
        assertThat(way.getCrc32C()).isEqualTo(crc32c(way.getFields()));
        for (int i = 0; i < message.getCount(); i++) {
          ByteString configuration = field(message.getFields(), i, width);
          assertThat(field(way.getFields(), i * LEVELS + LEVELS - 1, width))
              .isEqualTo(configuration);
          assertThat(field(way.getFields(), i * LEVELS, width)).isNotEqualTo(configuration);
        }
      }
      assertThat(alone).noneMatch(SubscribeResponse::hasDenoising);
    }
  }

  /** Flows and annealed samplers of phi^4, and annealed ones of U(1). */
  private static Model[] all() {
    return Stream.concat(SmallDiffusion.models().stream(), SmallAnnealed.both().stream())
        .toArray(Model[]::new);
  }

  private static int crc32c(ByteString bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    return (int) crc.getValue();
  }

  @ParameterizedTest
  @CsvSource({"small-diffusion, 1", "annealed, 2"})
  void aRejectedProposalRepeatsTheWay(String model, int components) {
    int path = LEVELS * SITES * components * Float.BYTES;
    SubscribeRequest.Builder request =
        plain(model, Exactness.EXACTNESS_METROPOLIS).setDenoising(levels(LEVELS));
    Content chain;
    Content draws;
    try (TestServer on = TestServer.start(MachineLineup.only(Machines.open("vector")), all());
        StreamClient reading = on.client()) {
      chain = Content.of(messages(reading, request.build()));
      draws = Content.of(messages(reading, request.setExactness(Exactness.EXACTNESS_RAW).build()));
    }
    assertThat(chain.accepted()).contains(false).contains(true);
    for (int i = 1; i < COUNT; i++) {
      ByteString own = chain.denoising().substring(i * path, (i + 1) * path);
      assertThat(own)
          .as("configuration %d", i)
          .isEqualTo(
              chain.accepted().get(i)
                  ? draws.denoising().substring(i * path, (i + 1) * path)
                  : chain.denoising().substring((i - 1) * path, i * path));
    }
  }

  @Test
  void levelsAreChosenByNumberOrByStrength() {
    SubscribeRequest.Builder raw = plain(Exactness.EXACTNESS_RAW).setCount(3);
    Denoising all =
        messages(client, raw.setDenoising(levels(LEVELS)).build()).get(0).getDenoising();
    List<Double> known = all.getSigmasList();
    assertThat(known).isSortedAccordingTo((a, b) -> Double.compare(b, a)).endsWith(0.0);
    assertThat(known).isEqualTo(model(client).getModel().getNoiseLevelsList());
    assertThat(pick(raw, levels(2), all)).containsExactly(0, 4);
    assertThat(pick(raw, levels(3), all)).containsExactly(0, 2, 4);
    assertThat(pick(raw, sigmas(known.get(1) * 1.01, 1e-9), all)).containsExactly(1, 4);
    assertThat(pick(raw, sigmas(1e300), all)).containsExactly(0);
    // Whoever has the fields there needs them once; what is told of the rest stays.
    assertThat(pick(raw.setOmitFields(true), sigmas(known.get(3), 0.0), all)).containsExactly(3, 4);
  }

  /** Positions of the levels that came; their fields are those of the whole way. */
  private static List<Integer> pick(
      SubscribeRequest.Builder request, NoiseLevels wanted, Denoising all) {
    SubscribeResponse message = messages(client, request.setDenoising(wanted).build()).get(0);
    Denoising way = message.getDenoising();
    assertThat(message.getFields().isEmpty()).isEqualTo(request.getOmitFields());
    List<Integer> positions =
        way.getSigmasList().stream().map(all.getSigmasList()::indexOf).toList();
    assertThat(way.getShapeList()).containsExactly(3, positions.size(), 1, 4, 4);
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < positions.size(); k++) {
        assertThat(field(way.getFields(), i * positions.size() + k, Float.BYTES))
            .isEqualTo(field(all.getFields(), i * LEVELS + positions.get(k), Float.BYTES));
      }
    }
    return positions;
  }

  private static GetModelResponse model(StreamClient of) {
    return of.call(
            "fieldstream.v1.ModelService",
            "GetModel",
            GetModelRequest.newBuilder().setModel(SmallDiffusion.ID).build(),
            GetModelResponse.getDefaultInstance())
        .messages()
        .get(0);
  }

  @Test
  void resumesInTheMiddleWithOtherLevels() {
    SubscribeRequest.Builder request = plain(Exactness.EXACTNESS_METROPOLIS).setBatchSize(1);
    List<SubscribeResponse> alone = messages(client, request.build());
    request.setDenoising(levels(LEVELS));
    Content whole = Content.of(messages(client, request.build()));
    // Where the chain stays: the state that is sent then has to be made anew from the token.
    int from = 1 + whole.accepted().subList(1, COUNT).indexOf(false);
    assertThat(from).isBetween(1, COUNT - 21);
    int path = LEVELS * SITES * Float.BYTES;
    request.setResumeToken(alone.get(from - 1).getResumeToken());
    List<SubscribeResponse> rest = messages(client, request.setBatchSize(5).build());
    assertThat(rest.get(0).getFirstIndex()).isEqualTo(from);
    assertThat(rest.get(0).getAccepted(0)).isFalse();
    assertThat(rest.get(0).getDenoising().getSigmasCount()).isEqualTo(LEVELS);
    assertThat(Content.of(rest).denoising()).isEqualTo(whole.denoising().substring(from * path));
    assertThat(Content.of(rest).denoising().substring(0, path))
        .isEqualTo(whole.denoising().substring((from - 1) * path, from * path));
    // And on from there without them.
    request.clearDenoising().setResumeToken(rest.get(3).getResumeToken());
    assertThat(Content.of(messages(client, request.build())).fields())
        .isEqualTo(whole.fields().substring((from + 20) * SITES * Float.BYTES));
  }

  /** Their draws share device batches, which have the levels that somebody wants. */
  @Test
  void streamsSideBySideHaveTheirOwnLevels() {
    UniformDraws uniform = new UniformDraws("uniform", List.of(4, 4), 0.5, 64);
    uniform.noise(3, 2, 1, 0);
    Semaphore gate = new Semaphore(0);
    uniform.gate(gate);
    SubscribeRequest.Builder request =
        SubscribeRequest.newBuilder()
            .setModel("uniform")
            .setExactness(Exactness.EXACTNESS_RAW)
            .setSeed(5)
            .setCount(8);
    List<List<Double>> choices = List.of(List.of(3.0), List.of(2.0, 1.0), List.of(1.0, 0.0));
    try (TestServer sharing = TestServer.start(uniform);
        StreamClient reading = sharing.client()) {
      List<StreamClient.Running> running = new ArrayList<>();
      for (List<Double> choice : choices) {
        running.add(
            reading.subscribe(
                request.setDenoising(NoiseLevels.newBuilder().addAllSigmas(choice)).build()));
      }
      await().until(() -> sharing.server().subscriptions().active() == choices.size());
      gate.release(1000);
      Denoising all =
          messages(reading, request.setDenoising(levels(4)).build()).get(0).getDenoising();
      for (int s = 0; s < choices.size(); s++) {
        Outcome<SubscribeResponse> outcome = running.get(s).end();
        assertThat(outcome.status()).as(outcome.message()).isEqualTo(GrpcStatus.OK);
        Denoising way = outcome.messages().get(0).getDenoising();
        int count = choices.get(s).size();
        for (int i = 0; i < 8; i++) {
          for (int k = 0; k < count; k++) {
            int at = all.getSigmasList().indexOf(choices.get(s).get(k));
            assertThat(field(way.getFields(), i * count + k, Float.BYTES))
                .isEqualTo(field(all.getFields(), i * 4 + at, Float.BYTES));
          }
        }
      }
    }
  }

  @Test
  void doublesAreTheSameValues() {
    SubscribeRequest.Builder request =
        plain(Exactness.EXACTNESS_RAW).setCount(2).setDenoising(levels(LEVELS));
    Denoising narrow = messages(client, request.build()).get(0).getDenoising();
    Denoising wide =
        messages(client, request.setDtype(DType.DTYPE_FLOAT64).build()).get(0).getDenoising();
    assertThat(wide.getFields().size()).isEqualTo(2 * narrow.getFields().size());
    var floats = Buffer.buffer(narrow.getFields().toByteArray());
    var doubles = Buffer.buffer(wide.getFields().toByteArray());
    for (int k = 0; k < 2 * LEVELS * SITES; k++) {
      assertThat(doubles.getDoubleLE(8 * k)).isEqualTo(floats.getFloatLE(4 * k));
    }
  }

  @Test
  void aMessageInJsonHasThemToo() throws Exception {
    byte[] levels = {1, 2, 3, 4};
    Denoising way =
        Denoising.newBuilder()
            .addSigmas(2.5)
            .setCrc32C(7)
            .setFields(ByteString.copyFrom(levels))
            .build();
    SubscribeResponse expected =
        SubscribeResponse.newBuilder()
            .setFirstIndex(3)
            .setDenoising(way)
            .setFields(ByteString.copyFrom(new byte[] {9}))
            .build();
    byte[] whole = expected.toByteArray();
    // Cut where the server cuts: tag and length of `fields` take two bytes, its value one.
    EncodedBatch batch =
        new EncodedBatch(
            Arrays.copyOf(whole, whole.length - 3 - levels.length),
            FieldBytes.of(levels),
            FieldBytes.of(new byte[] {9}),
            0);
    BatchEncoder encoder = new BatchEncoder(SubscribeResponse.getDefaultInstance());
    assertThat(encoder.encode(batch, WireFormat.PROTOBUF).payload().getBytes()).isEqualTo(whole);
    assertThat(encoder.encode(batch, WireFormat.JSON).payload().toString())
        .contains("\"sigmas\": [2.5]", "\"fields\": \"AQIDBA==\"", "\"fields\": \"CQ==\"");
  }

  @Test
  void theJavaSdkBringsThem() {
    SubscribeRequest request =
        plain(Exactness.EXACTNESS_METROPOLIS).setDenoising(levels(LEVELS)).build();
    Content told = Content.of(messages(client, request));
    long next = 0;
    try (FieldstreamClient sdk =
            FieldstreamClient.connect("127.0.0.1", server.server().grpcPort());
        BatchIterator batches = sdk.iterate(request)) {
      while (batches.hasNext()) {
        ConfigurationBatch batch = batches.next();
        DenoisingBatch way = batch.denoising();
        assertThat(way.sigmas()).hasSize(LEVELS).endsWith(0.0);
        assertThat(way.shape()).containsExactly(LEVELS, 1, 4, 4);
        int path = LEVELS * SITES;
        float[] fields = way.floats();
        for (int i = 0; i < batch.count(); i++) {
          int last = (i + 1) * path - SITES;
          assertThat(Arrays.copyOfRange(fields, last, last + SITES))
              .isEqualTo(Arrays.copyOfRange(batch.floats(), i * SITES, (i + 1) * SITES));
        }
        int from = (int) next * path * Float.BYTES;
        assertThat(way.fieldBytes())
            .isEqualTo(told.denoising().substring(from, from + batch.count() * path * Float.BYTES));
        next = batch.resumePoint().nextIndex();
      }
    }
    assertThat(next).isEqualTo(COUNT);
  }

  @Test
  void aDrainEndsThemWithATokenThatGoesOn() {
    SubscribeRequest request =
        plain(Exactness.EXACTNESS_METROPOLIS)
            .setCount(0)
            .setBatchSize(3)
            .setDenoising(levels(2))
            .build();
    TestServer draining = server(config -> config);
    List<SubscribeResponse> before;
    try (StreamClient reading = draining.client()) {
      StreamClient.Running running = reading.subscribe(request);
      await().until(() -> running.received() > 3);
      draining.server().subscriptions().drain();
      Outcome<SubscribeResponse> end = running.end();
      assertThat(end.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
      before = end.messages();
    } finally {
      draining.close();
    }
    SubscribeResponse last = before.get(before.size() - 1);
    long next = last.getFirstIndex() + last.getCount();
    List<SubscribeResponse> all = new ArrayList<>(before);
    all.addAll(
        messages(
            client,
            request.toBuilder().setCount(next + 10).setResumeToken(last.getResumeToken()).build()));
    assertThat(Content.of(all))
        .isEqualTo(Content.of(messages(client, request.toBuilder().setCount(next + 10).build())));
  }
}
