package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.flow.PlaquetteShape;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.PlaquetteModels;
import org.fieldstream.server.testing.SmallAnnealed;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client gets wrong is told by status, field and sentence. */
final class BadInputTest {
  private static final UniformDraws MODEL = new UniformDraws("u-4x4", List.of(4, 4), 0.5, 16);
  private static TestServer server;
  private static StreamClient client;

  @BeforeAll
  static void start() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
    server = TestServer.start(MODEL, new AutoregressiveChains(8, Exactness.METROPOLIS));
    client = server.client();
  }

  @Test
  void aModelForARangeOfCouplingsServesItAndNoOther() {
    PlaquetteShape.Range range = new PlaquetteShape.Range(2, 0.5, 8);
    try (TestServer gauge =
            TestServer.start(
                MachineLineup.only(new VectorMachine(1)),
                PlaquetteModels.untrained("wide", 4, 4, 2, range));
        StreamClient asking = gauge.client()) {
      SubscribeRequest.Builder request = SubscribeRequest.newBuilder().setModel("wide").setCount(3);
      request.setTarget(Target.newBuilder().setTheory("u1").putCouplings("beta", 7.5));
      Outcome<SubscribeResponse> served = asking.collect(request.build());
      assertThat(served.status()).as(served.message()).isEqualTo(GrpcStatus.OK);
      assertThat(served.messages().get(0).getShapeList()).containsExactly(3, 2, 4, 4);
      request.setTarget(Target.newBuilder().setTheory("u1").putCouplings("beta", 8.5));
      Outcome<SubscribeResponse> refused = asking.collect(request.build());
      assertThat(refused.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
      assertThat(refused.message())
          .isEqualTo(
              "couplings.beta: 8.5 (expected: {beta=2.0}, the couplings of model wide, which takes"
                  + " any beta from 0.5 to 8.0)");
    }
  }

  /**
   * Any lattice and beta of its range, each exactness that it has, and in words what it has not.
   */
  @Test
  void anAnnealedModelTakesWhatItCanBeBentTo() {
    try (TestServer annealing =
            TestServer.start(
                MachineLineup.only(new VectorMachine(1)),
                SmallAnnealed.both().toArray(Model[]::new));
        StreamClient asking = annealing.client()) {
      Target.Builder other =
          Target.newBuilder().setTheory("u1").addExtents(3).addExtents(5).putCouplings("beta", 2);
      for (String exactness : List.of("METROPOLIS", "REWEIGHT", "RAW")) {
        Outcome<SubscribeResponse> served =
            asking.collect(annealed("annealed", exactness).setTarget(other).build());
        assertThat(served.status()).as(served.message()).isEqualTo(GrpcStatus.OK);
        assertThat(served.messages().get(0).getShapeList()).containsExactly(3, 2, 3, 5);
        assertThat(served.messages().get(0).getLogWeightCount()).isEqualTo(3);
        assertThat(served.messages().get(0).getExactness().name()).endsWith(exactness);
      }
      Outcome<SubscribeResponse> raw =
          asking.collect(annealed("annealed-langevin", "RAW").setTarget(other).build());
      assertThat(raw.status()).as(raw.message()).isEqualTo(GrpcStatus.OK);
      assertThat(raw.messages().get(0).getLogWeightCount()).isZero();
      refused(
          asking.collect(annealed("annealed-langevin", "REWEIGHT").build()),
          GrpcStatus.FAILED_PRECONDITION,
          "exactness: REWEIGHT (expected: RAW, or none; ");
      refused(
          asking.collect(annealed("annealed", "LANGEVIN_ADJUSTED").build()),
          GrpcStatus.INVALID_ARGUMENT,
          "exactness: LANGEVIN_ADJUSTED (expected: METROPOLIS or REWEIGHT or RAW, what model");
      refused(
          asking.collect(
              annealed("annealed", "REWEIGHT").setTarget(other.putCouplings("beta", 17)).build()),
          GrpcStatus.INVALID_ARGUMENT,
          "couplings.beta: 17.0 (expected: 0 to 16.0)");
    }
  }

  private static SubscribeRequest.Builder annealed(String model, String exactness) {
    return SubscribeRequest.newBuilder()
        .setModel(model)
        .setCount(3)
        .setExactness(org.fieldstream.v1.Exactness.valueOf("EXACTNESS_" + exactness));
  }

  private static void refused(
      Outcome<SubscribeResponse> outcome, GrpcStatus status, String sentence) {
    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.message()).startsWith(sentence);
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  /**
   * A bad request.
   *
   * @param change what makes a good request bad
   * @param field path of the field at fault
   * @param sentence the whole status message
   */
  record Case(
      String name,
      Consumer<SubscribeRequest.Builder> change,
      GrpcStatus status,
      String field,
      String sentence) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case bad(
      String name, Consumer<SubscribeRequest.Builder> change, String field, String sentence) {
    return new Case(name, change, GrpcStatus.INVALID_ARGUMENT, field, sentence);
  }

  private static Target.Builder target(int... extents) {
    Target.Builder target = Target.newBuilder().setTheory("gauss");
    for (int extent : extents) {
      target.addExtents(extent);
    }
    return target;
  }

  private static Consumer<SubscribeRequest.Builder> chain(Target.Builder target) {
    return request ->
        request
            .setModel("ar")
            .setExactness(org.fieldstream.v1.Exactness.EXACTNESS_UNSPECIFIED)
            .setTarget(target);
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "unknown model",
            request -> request.setModel("phi4-9x9"),
            GrpcStatus.NOT_FOUND,
            "model",
            "model: \"phi4-9x9\" (expected: one of ar, u-4x4)"),
        new Case(
            "no model",
            SubscribeRequest.Builder::clearModel,
            GrpcStatus.NOT_FOUND,
            "model",
            "model: none named (expected: one of ar, u-4x4)"),
        bad(
            "wrong extents",
            request -> request.setTarget(target(7, 7)),
            "target.extents",
            "extents: [7, 7] (expected: [4, 4])"),
        bad(
            "unknown theory",
            chain(target(4, 4).setTheory("phi5")),
            "target.theory",
            "theory: phi5 (expected: gauss)"),
        bad(
            "chain without a target",
            request -> request.setModel("ar").clearExactness(),
            "target.theory",
            "theory: none (expected: a target, for a chain)"),
        bad(
            "NaN coupling",
            chain(target(4, 4).putCouplings("g", Double.NaN)),
            "target.couplings.g",
            "couplings.g: NaN (expected: a finite number)"),
        bad(
            "infinite coupling",
            chain(target(4, 4).putCouplings("g", Double.NEGATIVE_INFINITY)),
            "target.couplings.g",
            "couplings.g: -Infinity (expected: a finite number)"),
        bad(
            "zero extent",
            chain(target(4, 0)),
            "target.extents",
            "extents: 4 x 0 (expected: each at least 2, at most 16777216 sites)"),
        bad(
            "extent beyond 2^31",
            chain(target(4, -1)),
            "target.extents",
            "extents: 4 x 4294967295 (expected: each at least 2, at most 16777216 sites)"),
        bad(
            "absurd lattice",
            chain(target(65536, 65536, 65536, 65536)),
            "target.extents",
            "extents: 65536 x 65536 x 65536 x 65536 (expected: at most 16777216 sites)"),
        bad(
            "a configuration larger than a message",
            chain(target(4096, 4096)),
            "target.extents",
            "extents: 67108881 bytes a configuration (expected: at most 16776192, what one message"
                + " holds; or omit_fields)"),
        bad(
            "exactness a chain cannot give",
            chain(target(4, 4))
                .andThen(
                    request ->
                        request.setExactness(org.fieldstream.v1.Exactness.EXACTNESS_REWEIGHT)),
            "exactness",
            "exactness: REWEIGHT (expected: METROPOLIS, what model ar can give)"),
        bad(
            "unknown exactness",
            request -> request.setExactnessValue(77),
            "exactness",
            "exactness: 77 (expected: METROPOLIS, REWEIGHT or RAW)"),
        bad(
            "unknown dtype",
            request -> request.setDtypeValue(9),
            "dtype",
            "dtype: 9 (expected: FLOAT32 or FLOAT64)"),
        bad(
            "count beyond 2^62",
            request -> request.setCount(-1),
            "count",
            "count: 18446744073709551615 (expected: 0 to 2^62, 0 for endless)"),
        bad(
            "batch size beyond the limit",
            request -> request.setBatchSize(-1),
            "batch_size",
            "batch_size: 4294967295 (expected: at most 65536, or 0 for the server's choice)"),
        bad(
            "unknown observable",
            request -> request.addObservables("phi3"),
            "observables",
            "observables: \"phi3\" (expected: some of phi2, m, those of theory gauss)"),
        bad(
            "observable twice",
            request -> request.addObservables("m").addObservables("m"),
            "observables",
            "observables: m twice (expected: each at most once)"),
        bad(
            "a name with control characters",
            request -> request.addObservables("a\u0000\nb"),
            "observables",
            "observables: \"a??b\" (expected: some of phi2, m, those of theory gauss)"));
  }

  private static SubscribeRequest.Builder good() {
    return SubscribeRequest.newBuilder()
        .setModel("u-4x4")
        .setExactness(org.fieldstream.v1.Exactness.EXACTNESS_METROPOLIS)
        .setSeed(5)
        .setCount(10)
        .setBatchSize(1);
  }

  @Test
  void theRequestTheyAreMadeFromIsGood() {
    Outcome<SubscribeResponse> outcome = client.collect(good().build());
    assertThat(outcome.status()).isEqualTo(GrpcStatus.OK);
    assertThat(outcome.messages()).hasSize(10);
    assertThat(outcome.details()).isNull();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTold(Case bad) {
    SubscribeRequest.Builder request = good();
    bad.change().accept(request);
    assertTold(request.build(), bad.status(), bad.field(), bad.sentence());
  }

  private static void assertTold(
      SubscribeRequest request, GrpcStatus status, String field, String sentence) {
    Outcome<SubscribeResponse> outcome = client.collect(request);
    assertThat(outcome.message()).isEqualTo(sentence);
    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.messages()).isEmpty();
    assertThat(outcome.details()).isNotNull();
    assertThat(outcome.details().getCode()).isEqualTo(status.code);
    assertThat(outcome.details().getMessage()).isEqualTo(sentence);
    try {
      ErrorInfo info = outcome.details().getDetails(0).unpack(ErrorInfo.class);
      assertThat(info.getDomain()).isEqualTo("fieldstream");
      assertThat(info.getMetadataOrThrow("field")).isEqualTo(field);
      BadRequest violations = outcome.details().getDetails(1).unpack(BadRequest.class);
      assertThat(violations.getFieldViolations(0).getField()).isEqualTo(field);
      assertThat(violations.getFieldViolations(0).getDescription()).isEqualTo(sentence);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteString token() {
    return client.collect(good().build()).messages().get(4).getResumeToken();
  }

  private static void assertTokenRefused(SubscribeRequest.Builder request, String problem) {
    assertTold(
        request.build(), GrpcStatus.INVALID_ARGUMENT, "resume_token", "resume_token: " + problem);
  }

  private static SubscribeRequest chains(int extent) {
    return SubscribeRequest.newBuilder()
        .setModel("ar")
        .setOmitFields(true)
        .setTarget(target(extent, extent))
        .build();
  }

  /** 8 chains of 128 x 128 take half a MiB, those of 256 x 256 two. */
  @Test
  void chainsThatTakeTooMuchMemoryAreRefused() {
    AutoregressiveChains ar = new AutoregressiveChains(8, Exactness.METROPOLIS);
    try (TestServer small = TestServer.start(TestServer.chains(1 << 20), ar);
        StreamClient other = small.client()) {
      Outcome<SubscribeResponse> large = other.collect(chains(256));
      assertThat(large.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
      assertThat(large.message())
          .isEqualTo(
              "extents: 256 x 256 (expected: at most 1 MiB for the chains of model ar, these take"
                  + " 2 MiB; a server with a larger session.chainBytes could)");
      StreamClient.Running first = other.subscribe(chains(128));
      StreamClient.Running second = other.subscribe(chains(128));
      await().until(() -> first.received() > 0 && second.received() > 0);
      Outcome<SubscribeResponse> third = other.collect(chains(128));
      assertThat(third.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
      assertThat(third.message())
          .isEqualTo(
              "chains: 1 MiB more for another stream (expected: at most 1 MiB, 1 are taken; wait"
                  + " for another stream to end, take a smaller lattice, or raise"
                  + " session.chainBytes)");
      first.cancel();
      await().until(() -> ar.open() == 1);
      Outcome<SubscribeResponse> fourth =
          other.collect(chains(128).toBuilder().setCount(8).build());
      assertThat(fourth.status()).as(fourth.message()).isEqualTo(GrpcStatus.OK);
    }
  }

  @Test
  void everyDamagedTokenIsRefused() {
    byte[] token = token().toByteArray();
    for (int length = 1; length < token.length; length++) {
      assertTokenRefused(
          good().setResumeToken(ByteString.copyFrom(token, 0, length)),
          length + " bytes (expected: 55 bytes, those of the last response unchanged)");
    }
    for (int at = 1; at < token.length; at++) {
      byte[] corrupt = token.clone();
      corrupt[at] ^= 0x10;
      assertTokenRefused(
          good().setResumeToken(ByteString.copyFrom(corrupt)),
          "corrupt, the checksum does not match (expected: the bytes of the last response"
              + " unchanged)");
    }
    byte[] older = token.clone();
    older[0] = 9;
    assertTokenRefused(
        good().setResumeToken(ByteString.copyFrom(older)),
        "version 9 (expected: version 1, the bytes of the last response unchanged)");
  }

  @Test
  void aTokenOfAnotherStreamIsRefused() {
    ByteString token = token();
    assertTokenRefused(
        good().setResumeToken(token).setSeed(6),
        "of seed 5 (expected: of seed 6, as the request says)");
    assertTokenRefused(
        good().setResumeToken(token).setExactness(org.fieldstream.v1.Exactness.EXACTNESS_RAW),
        "of a METROPOLIS stream (expected: of a RAW stream, as the request says)");
    SubscribeRequest.Builder other = good().setResumeToken(token);
    chain(target(4, 4)).accept(other);
    assertTokenRefused(
        other, "of another model (expected: a token of the model that the request names)");
    assertTokenRefused(
        good().setResumeToken(token).setCount(3),
        "at configuration 5 (expected: at most 3, the stream's count)");
  }

  @Test
  void aTokenOfAnotherTargetIsRefused() {
    SubscribeRequest.Builder small = good();
    chain(target(4, 4)).accept(small);
    ByteString token = client.collect(small.build()).messages().get(0).getResumeToken();
    SubscribeRequest.Builder large = good().setResumeToken(token);
    chain(target(6, 4)).accept(large);
    assertTokenRefused(
        large, "of another target (expected: a token of the target that the request names)");
  }

  @Test
  void aTokenOfAnotherVersionOfTheModelIsRefused() {
    ByteString token = token();
    UniformDraws newer = new UniformDraws("u-4x4", List.of(4, 4), 0.5, 16);
    newer.digest("ef".repeat(32));
    try (TestServer second = TestServer.start(newer);
        StreamClient other = second.client()) {
      Outcome<SubscribeResponse> outcome = other.collect(good().setResumeToken(token).build());
      assertThat(outcome.status()).isEqualTo(GrpcStatus.FAILED_PRECONDITION);
      assertThat(outcome.message())
          .isEqualTo(
              "resume_token: made with another version of the model (expected: the version loaded"
                  + " now; start a new stream)");
    }
  }

  @Test
  void aModelThatCanOnlyBeRawIsLabelledRawAndNeverCalledExact() {
    UniformDraws raw = new UniformDraws("raw", List.of(4, 4), 0.5, 16);
    raw.offer(EnumSet.of(Exactness.RAW));
    try (TestServer second = TestServer.start(raw);
        StreamClient other = second.client()) {
      Outcome<SubscribeResponse> outcome =
          other.collect(good().setModel("raw").clearExactness().build());
      assertThat(outcome.messages())
          .hasSize(10)
          .allSatisfy(
              message -> {
                assertThat(message.getExactness())
                    .isEqualTo(org.fieldstream.v1.Exactness.EXACTNESS_RAW);
                assertThat(message.getAcceptedCount()).isZero();
              });
      for (String asked : List.of("METROPOLIS", "REWEIGHT")) {
        Outcome<SubscribeResponse> refused =
            other.collect(
                good()
                    .setModel("raw")
                    .setExactness(org.fieldstream.v1.Exactness.valueOf("EXACTNESS_" + asked))
                    .build());
        assertThat(refused.messages()).isEmpty();
        assertThat(refused.status()).isEqualTo(GrpcStatus.FAILED_PRECONDITION);
        assertThat(refused.message())
            .isEqualTo(
                "exactness: "
                    + asked
                    + " (expected: RAW, or none; log q of model raw is not exact enough to correct"
                    + " its draws with)");
        assertThat(refused.details().toString()).contains("NOT_EXACT", "exactness");
      }
    }
  }
}
