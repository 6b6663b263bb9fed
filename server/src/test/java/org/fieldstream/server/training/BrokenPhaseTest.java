package org.fieldstream.server.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.statistics.BinnedEstimate;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.diffusion.Magnetisation;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.ScoreFeatures.Regression;
import org.fieldstream.server.generator.diffusion.ScorePaths;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folded fields: where the wells are far apart, and where they are not and some draws have no
 * weight; the flow and the annealed sampler of the same weights. Seeds are fixed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenPhaseTest {
  private static final VectorMachine MACHINE = new VectorMachine(2);
  private static final int COUNT = 2048;
  private static final int SAMPLES = 4096;

  private FlowModel deep;
  private FlowModel shallow;
  private TrainingSet shallowSet = new TrainingSet(new float[0], 0, "none yet");

  private static Target target(double kappa) {
    return new Target("phi4", List.of(4, 4), Map.of("kappa", kappa, "lambda_h", 0.022));
  }

  @BeforeAll
  void train(@TempDir Path directory) throws IOException {
    deep = train(directory.resolve("deep"), target(0.5), set(target(0.5)), null);
    shallowSet = set(target(0.29));
    shallow = train(directory.resolve("shallow"), target(0.29), shallowSet, Phase.BROKEN);
  }

  private static TrainingSet set(Target target) {
    Model.Chains cluster = (Model.Chains) ChainModel.cluster();
    return TrainingSet.drawn(cluster, cluster.resolve(target), 7, COUNT, 3).get(MACHINE);
  }

  private static FlowModel train(
      Path directory, Target target, TrainingSet set, @Nullable Phase phase) throws IOException {
    ScorePlan plan =
        new ScorePlan(
            "folded",
            target,
            ScoreShape.parse("0.5,1", 4, 6, 16),
            machine -> set,
            "fixed",
            phase,
            Regression.ACTION,
            16,
            1,
            3,
            1,
            1e-5,
            SAMPLES,
            1,
            "train",
            directory);
    FlowModel model = new ScoreTrainer(plan, MACHINE, new RecordedTraining()).run(() -> false);
    assertThat(model).isNotNull();
    return model;
  }

  @AfterAll
  static void closeMachine() {
    MACHINE.close();
  }

  @Test
  void theEnsembleDecidesAndTheFileSaysSo() {
    assertThat(((ScoreShape) deep.shape()).phase()).isEqualTo(Phase.BROKEN);
    assertThat(deep.facts().get("phase")).startsWith("broken, by the ensemble: |M| = 4.8");
    assertThat(shallow.facts().get("phase")).startsWith("broken, as asked for: |M| = ");
    assertThat(deep.facts()).containsEntry("architecture.phase", "broken");
    assertThat(deep.exactness()).contains(Exactness.METROPOLIS, Exactness.REWEIGHT);
    assertThat(Double.parseDouble(deep.facts().getOrDefault("ess_fraction", "")))
        .isGreaterThan(0.97);
    Magnetisation gaussian = new Magnetisation(0.798, 0.603);
    assertThat(Phase.of(gaussian)).isEqualTo(Phase.SYMMETRIC);
    assertThat(Phase.of(new Magnetisation(4, 0.99))).isEqualTo(Phase.BROKEN);
  }

  /** Each half of the draws, and each bin of the histogram, within 4 standard deviations. */
  @Test
  void theMagnetisationIsSymmetric() {
    for (Model.Draws model : List.of(deep, adjusted(deep))) {
      double[] m = Averages.of(model, SAMPLES, 5, MACHINE).m;
      double width = 0.06;
      for (int bin = 70; bin < 92; bin++) {
        double low = bin * width;
        double high = low + width;
        long up = Arrays.stream(m).filter(x -> x >= low && x < high).count();
        long down = Arrays.stream(m).filter(x -> -x >= low && -x < high).count();
        assertThat(Math.abs(up - down)).isLessThanOrEqualTo((long) (4 * Math.sqrt(up + down + 1)));
      }
      long positive = Arrays.stream(m).filter(x -> x > 0).count();
      assertThat((double) positive).isCloseTo(SAMPLES / 2.0, within(2 * Math.sqrt(SAMPLES)));
    }
  }

  @Test
  void drawsOfNoWeightAreSomeAndWhatTheyWeighIsRight() {
    Averages flow = Averages.of(shallow, SAMPLES, 5, MACHINE);
    Averages annealed = Averages.of(adjusted(shallow), SAMPLES, 6, MACHINE);
    Magnetisation own = Magnetisation.of(shallowSet.fields(), COUNT);
    for (Averages averages : List.of(flow, annealed)) {
      assertThat(averages.logWeights).contains(Double.NEGATIVE_INFINITY);
      assertThat(averages.logWeights).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
      assertThat(averages.ess()).isGreaterThan(0.4);
      BinnedEstimate absolute = averages.absolute(true);
      // The chain's states are correlated: three times the naive error is allowed for.
      double error = Math.hypot(3 * own.spread() / Math.sqrt(COUNT), absolute.error());
      assertThat(absolute.mean()).isCloseTo(own.mean(), within(3.5 * error));
      assertThat(Math.abs(averages.absolute(false).mean() - own.mean()))
          .as("the learned well, before any weight, beside the ensemble's")
          .isLessThan(0.1);
    }
    assertSame(flow.logZ(), annealed.logZ());
    assertSame(flow.chi(true), annealed.chi(true));
  }

  /** Two ways to the same numbers, log Z among them: within 4 standard deviations. */
  @Test
  void theFlowAndTheWeightsOfTheWayAgree() {
    Averages flow = Averages.of(deep, SAMPLES, 5, MACHINE);
    Averages annealed = Averages.of(adjusted(deep), SAMPLES, 6, MACHINE);
    assertThat(annealed.ess()).isGreaterThan(0.9);
    assertSame(flow.logZ(), annealed.logZ());
    assertSame(flow.absolute(true), annealed.absolute(true));
    assertSame(flow.binder(true), annealed.binder(true));
  }

  private static void assertSame(BinnedEstimate one, BinnedEstimate other) {
    assertThat(one.mean())
        .isCloseTo(other.mean(), within(4 * Math.hypot(one.error(), other.error())));
  }

  private static AnnealedModel adjusted(FlowModel flow) {
    return ScorePaths.models(flow).get(0);
  }

  @Test
  void annealedSamplersAreLabelledAndDrawTheSameWhoeverSharesTheBatch() {
    List<AnnealedModel> samplers = ScorePaths.models(deep);
    assertThat(samplers).extracting(Model::id).containsExactly("folded-maala", "folded-langevin");
    assertThat(samplers.get(0).exactness())
        .contains(Exactness.METROPOLIS, Exactness.REWEIGHT, Exactness.RAW);
    assertThat(samplers.get(1).exactness()).containsExactly(Exactness.RAW);
    assertThat(samplers.get(0).facts()).containsKeys(ScorePaths.ACCEPTANCE, "ess_fraction");
    assertThat(samplers.get(1).facts()).doesNotContainKeys(ScorePaths.ACCEPTANCE, "ess_fraction");
    assertThat(samplers).extracting(Model::digest).doesNotHaveDuplicates();
    assertThat(deep.facts().getOrDefault(ScorePaths.ACCEPTANCE, "").split(" ")).hasSize(32);
    for (AnnealedModel sampler : samplers) {
      try (DrawSource source = sampler.open(deep.target(), MACHINE)) {
        DrawBatch many = source.draw(new long[] {5, 9, 5}, new long[] {0, 4, 1}, 3);
        DrawBatch one = source.draw(new long[] {5}, new long[] {1}, 1);
        for (int x = 0; x < 16; x++) {
          assertThat(many.fields()[2 * 16 + x]).isEqualTo(one.fields()[x]);
        }
        assertThat(Double.valueOf(many.logDensity()[2])).isEqualTo((Object) one.logDensity()[0]);
        assertThat(Double.isNaN(one.logDensity()[0])).isNotEqualTo(sampler.hasLogDensity());
      }
    }
  }

  /** Of unadjusted draws, which nothing corrects, that they stay: every one of them. */
  @Test
  void unadjustedDrawsStay() {
    double[] m = Averages.of(ScorePaths.models(deep).get(1), SAMPLES, 7, MACHINE).m;
    assertThat(Arrays.stream(m)).allMatch(x -> Math.abs(Math.abs(x) - 4.83) < 1.2);
  }
}
