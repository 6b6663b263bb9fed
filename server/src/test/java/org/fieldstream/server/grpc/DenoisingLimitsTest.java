package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.fieldstream.server.testing.DenoisingStreams.LEVELS;
import static org.fieldstream.server.testing.DenoisingStreams.SITES;
import static org.fieldstream.server.testing.DenoisingStreams.levels;
import static org.fieldstream.server.testing.DenoisingStreams.messages;
import static org.fieldstream.server.testing.DenoisingStreams.plain;
import static org.fieldstream.server.testing.DenoisingStreams.server;
import static org.fieldstream.server.testing.DenoisingStreams.sigmas;

import com.google.rpc.BadRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.testing.SmallDiffusion;
import org.fieldstream.server.testing.StalledClient;
import org.fieldstream.server.testing.StalledClient.Stall;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.Exactness;
import org.fieldstream.v1.NoiseLevels;
import org.fieldstream.v1.SubscribeRequest;
import org.fieldstream.v1.SubscribeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams that bring the way out of noise: what is refused, and what is bounded. */
final class DenoisingLimitsTest {
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

  /**
   * What cannot be watched.
   *
   * @param change what makes a good request bad
   */
  record Case(Consumer<SubscribeRequest.Builder> change, String field, String sentence) {
    @Override
    public String toString() {
      return sentence;
    }
  }

  private static Case bad(NoiseLevels levels, String field, String sentence) {
    return new Case(request -> request.setDenoising(levels), field, sentence);
  }

  static Stream<Case> cases() {
    String spread =
        " (expected: 2 to 5, the noise levels of model small-diffusion; or" + " denoising.sigmas)";
    String order = " (expected: finite numbers >= 0, each below the one before)";
    return Stream.of(
        bad(levels(0), "denoising.count", "denoising.count: 0" + spread),
        bad(levels(1), "denoising.count", "denoising.count: 1" + spread),
        bad(levels(6), "denoising.count", "denoising.count: 6" + spread),
        bad(levels(-1), "denoising.count", "denoising.count: 4294967295" + spread),
        bad(
            sigmas(1.0).toBuilder().setCount(2).build(),
            "denoising.sigmas",
            "denoising.sigmas: 1.000 (expected: none beside denoising.count, or denoising.count"
                + " 0)"),
        bad(sigmas(-1.0), "denoising.sigmas", "denoising.sigmas: -1.000" + order),
        bad(sigmas(Double.NaN), "denoising.sigmas", "denoising.sigmas: NaN" + order),
        bad(
            sigmas(Double.POSITIVE_INFINITY),
            "denoising.sigmas",
            "denoising.sigmas: Infinity" + order),
        bad(sigmas(0.0, 1.0), "denoising.sigmas", "denoising.sigmas: 0.000, 1.000" + order),
        bad(
            sigmas(9000.0, 8000.0),
            "denoising.sigmas",
            "denoising.sigmas: 9000, 8000 (expected: no two with the same nearest noise level of"
                + " model small-diffusion: 4.000, 1.987, 0.9693, 0.4333, 0.000)"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsNotThereIsRefused(Case wrong) throws Exception {
    SubscribeRequest.Builder request = plain(Exactness.EXACTNESS_RAW);
    wrong.change().accept(request);
    assertRefused(client.collect(request.build()), wrong.field(), wrong.sentence());
  }

  private static void assertRefused(Outcome<?> outcome, String field, String sentence)
      throws Exception {
    assertThat(outcome.messages()).isEmpty();
    assertThat(outcome.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(outcome.message()).isEqualTo(sentence);
    assertThat(outcome.details().getDetailsList())
        .filteredOn(detail -> detail.is(BadRequest.class))
        .singleElement()
        .satisfies(
            detail ->
                assertThat(detail.unpack(BadRequest.class).getFieldViolations(0).getField())
                    .isEqualTo(field));
  }

  @Test
  void onlyDiffusionModelsHaveAWayOutOfNoise() throws Exception {
    UniformDraws uniform = new UniformDraws("uniform", List.of(4, 4), 0.5, 16);
    SubscribeRequest request =
        SubscribeRequest.newBuilder().setModel("uniform").setDenoising(levels(3)).build();
    try (TestServer other = TestServer.start(uniform);
        StreamClient asking = other.client()) {
      assertRefused(
          asking.collect(request),
          "denoising",
          "denoising: 3 levels (expected: none, model uniform does not make its draws of noise; a"
              + " diffusion model does, here is none)");
    }
    Target target =
        Target.newBuilder()
            .setTheory("phi4")
            .addExtents(4)
            .addExtents(4)
            .putCouplings("kappa", 0.21)
            .putCouplings("lambda_h", 0.022)
            .build();
    try (TestServer both =
            TestServer.start(
                MachineLineup.only(new VectorMachine(1)),
                ChainModel.hmc(),
                SmallDiffusion.model());
        StreamClient asking = both.client()) {
      assertRefused(
          asking.collect(
              SubscribeRequest.newBuilder()
                  .setModel("hmc")
                  .setTarget(target)
                  .setDenoising(sigmas(2.0, 0.0))
                  .build()),
          "denoising",
          "denoising: sigmas 2.000, 0.000 (expected: none, model hmc does not make its draws of"
              + " noise; these do: small-diffusion)");
    }
  }

  @Test
  void aWayLongerThanAMessageIsRefused() throws Exception {
    UniformDraws large = new UniformDraws("large", List.of(1024, 1024), 0.5, 1);
    large.noise(3, 2, 1, 0);
    SubscribeRequest.Builder request =
        SubscribeRequest.newBuilder().setModel("large").setDenoising(levels(4));
    try (TestServer other = TestServer.start(large);
        StreamClient asking = other.client()) {
      assertRefused(
          asking.collect(request.build()),
          "denoising",
          "denoising: 4 levels, 20971537 bytes a configuration (expected: at most 16776128 bytes,"
              + " what one message holds; ask for fewer levels)");
      Outcome<SubscribeResponse> fewer =
          asking.collect(request.setDenoising(levels(2)).setCount(1).build());
      assertThat(fewer.status()).as(fewer.message()).isEqualTo(GrpcStatus.OK);
      assertThat(fewer.messages().get(0).getDenoising().getFields().size()).isEqualTo(8 << 20);
    }
  }

  @Test
  void aStalledClientHoldsItsBudgetAndNoMore() {
    long budget = 1 << 20;
    int batch = 512;
    long message = (long) batch * (LEVELS + 1) * SITES * Float.BYTES;
    try (TestServer small = server(TestServer.budget(budget, 8 * budget, 8));
        StalledClient stalled = new StalledClient(small.server().grpcPort());
        StreamClient reading = small.client()) {
      Subscriptions subscriptions = small.server().subscriptions();
      SubscribeRequest endless =
          plain(Exactness.EXACTNESS_METROPOLIS)
              .setCount(0)
              .setBatchSize(batch)
              .setDenoising(levels(LEVELS))
              .build();
      Stall stall = stalled.subscribe(endless);
      await().until(() -> subscriptions.totalHeldBytes() > budget - 2 * message);
      // Another is served meanwhile, and the budget holds all that the first has.
      List<SubscribeResponse> served =
          messages(reading, endless.toBuilder().setCount(4 * batch).build());
      assertThat(served).hasSize(4);
      assertThat(served.get(1).getSerializedSize()).isGreaterThan((int) message);
      assertThat(subscriptions.peakHeldBytes()).isLessThanOrEqualTo(budget);
      stall.cancel();
      await().until(() -> subscriptions.active() == 0);
      assertThat(subscriptions.totalHeldBytes()).isZero();
    }
  }

  @Test
  void theStatesOfChainsAreBoundedAtTheDoor() {
    // A chain holds its state at all levels.
    long state = (long) LEVELS * SITES * Float.BYTES;
    try (TestServer small = server(TestServer.chains(2 * state));
        StreamClient asking = small.client()) {
      SubscribeRequest endless =
          plain(Exactness.EXACTNESS_METROPOLIS).setCount(0).setDenoising(levels(LEVELS)).build();
      List<StreamClient.Running> running = new ArrayList<>();
      for (int k = 0; k < 2; k++) {
        running.add(asking.subscribe(endless));
      }
      await().until(() -> running.stream().allMatch(stream -> stream.received() > 0));
      Outcome<?> refused = asking.collect(endless);
      assertThat(refused.status()).isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
      assertThat(refused.message())
          .isEqualTo(
              "chains: 1 MiB more for another stream (expected: at most 0 MiB, 1 are taken; wait for"
                  + " another stream to end, ask for fewer levels in denoising or none, or for"
                  + " exactness REWEIGHT or RAW, or raise session.chainBytes)");
      // Independent draws have no state.
      assertThat(
              asking
                  .collect(plain(Exactness.EXACTNESS_REWEIGHT).setDenoising(levels(LEVELS)).build())
                  .status())
          .isEqualTo(GrpcStatus.OK);
      running.forEach(StreamClient.Running::cancel);
      await()
          .until(
              () ->
                  asking.collect(endless.toBuilder().setCount(9).build()).status()
                      == GrpcStatus.OK);
    }
  }

  @Test
  void aStateThatNeverFitsIsRefused() throws Exception {
    long most = (LEVELS - 1) * SITES * Float.BYTES;
    try (TestServer small = server(TestServer.chains(most));
        StreamClient asking = small.client()) {
      SubscribeRequest.Builder request = plain(Exactness.EXACTNESS_METROPOLIS);
      assertRefused(
          asking.collect(request.setDenoising(levels(LEVELS)).build()),
          "denoising",
          "denoising: 5 levels, 320 bytes for the state of a Metropolis chain (expected: at most 256"
              + " bytes; ask for fewer levels in denoising or none, or for exactness REWEIGHT or"
              + " RAW; a server with a larger session.chainBytes could)");
      // Each of the remedies is one.
      messages(asking, request.setDenoising(levels(LEVELS - 1)).build());
      messages(asking, request.clearDenoising().build());
      request.setDenoising(levels(LEVELS));
      messages(asking, request.setExactness(Exactness.EXACTNESS_REWEIGHT).build());
      messages(asking, request.setExactness(Exactness.EXACTNESS_RAW).build());
    }
  }

  @Test
  void streamsThatAreOverGiveTheMemoryOfTheirStateBack() {
    UniformDraws uniform = new UniformDraws("uniform", List.of(4, 4), 0.5, 16);
    uniform.noise(2, 1, 0);
    SubscribeRequest request =
        SubscribeRequest.newBuilder()
            .setModel("uniform")
            .setExactness(Exactness.EXACTNESS_METROPOLIS)
            .setCount(20)
            .setDenoising(levels(3))
            .build();
    // Room for the state of one.
    try (TestServer small = TestServer.start(TestServer.chains(3L * SITES * Float.BYTES), uniform);
        StreamClient asking = small.client()) {
      for (int k = 0; k < 3; k++) {
        messages(asking, request);
      }
      uniform.failWith(new IllegalStateException("broken"));
      for (int k = 0; k < 3; k++) {
        Outcome<SubscribeResponse> failed = asking.collect(request);
        assertThat(failed.status()).as(failed.message()).isEqualTo(GrpcStatus.INTERNAL);
      }
      uniform.failWith(null);
      messages(asking, request);
    }
  }
}
