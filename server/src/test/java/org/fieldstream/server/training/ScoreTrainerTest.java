package org.fieldstream.server.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.statistics.BinnedEstimate;
import org.fieldstream.server.cumulant.CumulantPlot;
import org.fieldstream.server.cumulant.CumulantRow;
import org.fieldstream.server.cumulant.CumulantStudy;
import org.fieldstream.server.cumulant.CumulantText;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.diffusion.AnnealedModel;
import org.fieldstream.server.generator.diffusion.Denoising;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.ScoreFeatures.Regression;
import org.fieldstream.server.generator.diffusion.ScorePaths;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.model.ModelFileException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small diffusion model of a theory with two wells, from the ensemble to every way of sampling
 * it. Seeds are fixed; tolerances in sigmas are stated.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScoreTrainerTest {
  private static final BooleanSupplier NEVER = () -> false;
  private static final VectorMachine MACHINE = new VectorMachine(2);
  private static final Target TARGET =
      new Target("phi4", List.of(4, 4), Map.of("kappa", 0.27, "lambda_h", 0.022));
  private static final ScoreShape SHAPE = ScoreShape.parse("0.5,1", 4, 6, 16);
  private static final int COUNT = 2048;
  private static final int SAMPLES = 4096;

  private Path directory = Path.of("");

  private TrainingSet set = new TrainingSet(new float[0], 0, "none yet");
  private FlowModel model;

  @BeforeAll
  void train(@TempDir Path temporary) throws IOException {
    directory = temporary;
    Model.Chains cluster = (Model.Chains) ChainModel.cluster();
    set = TrainingSet.drawn(cluster, cluster.resolve(TARGET), 7, COUNT, 3).get(MACHINE);
    model =
        new ScoreTrainer(plan("whole", Regression.ACTION), MACHINE, new RecordedTraining())
            .run(NEVER);
  }

  @AfterAll
  static void closeMachine() {
    MACHINE.close();
  }

  private ScorePlan plan(String name, Regression regression) {
    return new ScorePlan(
        "small",
        TARGET,
        SHAPE,
        machine -> set,
        "fixed",
        null,
        regression,
        16,
        1,
        3,
        1,
        1e-5,
        SAMPLES,
        1,
        "train",
        directory.resolve(name));
  }

  @Test
  void anEnsembleOfTwoThousandMakesAModelWithExactLogDensity() {
    assertThat(model.exactness()).contains(Exactness.METROPOLIS, Exactness.REWEIGHT);
    assertThat(model.generator()).isEqualTo("diffusion");
    assertThat(fact(model, "ess_fraction")).isGreaterThan(0.9);
    assertThat(fact(model, "acceptance")).isGreaterThan(0.85);
    assertThat(fact(model, "integration_error")).isLessThan(1e-3);
  }

  private static double fact(FlowModel of, String key) {
    return Double.parseDouble(of.facts().getOrDefault(key, "NaN"));
  }

  @Test
  void stoppedAndContinuedItIsTheSameToTheLastBit() throws IOException {
    RecordedTraining told = new RecordedTraining();
    ScorePlan plan = plan("parts", Regression.ACTION);
    assertThat(new ScoreTrainer(plan, MACHINE, told).run(() -> true)).isNull();
    FlowModel continued = new ScoreTrainer(plan, MACHINE, told).run(NEVER);
    assertThat(told.resumed).containsExactly(1L);
    assertThat(continued).isNotNull();
    assertThat(continued.digest()).isEqualTo(model.digest());
    FlowModel again = new ScoreTrainer(plan, MACHINE, told).run(NEVER);
    assertThat(told.resumed).as("the end's checkpoint").hasSize(2);
    assertThat(again).isNotNull();
    for (FlowModel other : List.of(continued, again)) {
      assertThat(other.facts())
          .containsEntry("training_steps", String.valueOf(COUNT))
          .containsEntry("training_final_loss", model.facts().get("training_final_loss"));
    }
  }

  @Test
  void aCheckpointOfOtherSettingsIsRefused() throws IOException {
    ScorePlan plan = plan("other", Regression.ACTION);
    assertThat(new ScoreTrainer(plan, MACHINE, new RecordedTraining()).run(() -> true)).isNull();
    ScorePlan changed = plan("other", Regression.DENOISING);
    assertThatThrownBy(() -> new ScoreTrainer(changed, MACHINE, new RecordedTraining()))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("made by a training with other settings");
  }

  @Test
  void denoisingAloneLearnsTheSameScoreWithMoreNoise() throws IOException {
    FlowModel denoised =
        new ScoreTrainer(plan("denoising", Regression.DENOISING), MACHINE, new RecordedTraining())
            .run(NEVER);
    assertThat(denoised).isNotNull();
    assertThat(fact(denoised, "ess_fraction")).isBetween(0.3, fact(model, "ess_fraction"));
  }

  @Test
  void weightedDrawsAgreeWithTheEnsemble() {
    double[][] own = moments(set.fields(), COUNT, new double[COUNT]);
    try (DrawSource source = model.open(TARGET, MACHINE)) {
      DrawBatch batch = draw(source, SAMPLES);
      double[] logWeights = new double[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        logWeights[i] = -batch.action()[i] - batch.logDensity()[i];
      }
      double[][] drawn = moments(batch.fields(), SAMPLES, logWeights);
      for (int o = 0; o < own[0].length; o++) {
        // The chain's states are correlated: three times the naive error is allowed for.
        double error = Math.hypot(3 * own[1][o], drawn[1][o]);
        assertThat(drawn[0][o]).as("observable " + o).isCloseTo(own[0][o], within(3.5 * error));
      }
    }
  }

  /** Means of m, |m|, m^2, phi^2, and naive errors. */
  private static double[][] moments(float[] fields, int count, double[] logWeights) {
    double[][] result = new double[2][4];
    double most = Double.NEGATIVE_INFINITY;
    for (double w : logWeights) {
      most = Math.max(most, w);
    }
    double total = 0;
    double[] squares = new double[4];
    for (int i = 0; i < count; i++) {
      double w = Math.exp(logWeights[i] - most);
      double m = 0;
      double phi2 = 0;
      for (int x = 0; x < 16; x++) {
        double phi = fields[i * 16 + x];
        m += phi / 16;
        phi2 += phi * phi / 16;
      }
      double[] values = {m, Math.abs(m), m * m, phi2};
      for (int o = 0; o < 4; o++) {
        result[0][o] += w * values[o];
        squares[o] += w * values[o] * values[o];
      }
      total += w;
    }
    for (int o = 0; o < 4; o++) {
      result[0][o] /= total;
      result[1][o] = Math.sqrt((squares[o] / total - result[0][o] * result[0][o]) / count);
    }
    return result;
  }

  private static DrawBatch draw(DrawSource source, int count) {
    int size = source.shape().size();
    float[] fields = new float[count * size];
    double[] action = new double[count];
    double[] logDensity = new double[count];
    for (int first = 0; first < count; first += source.preferredLanes()) {
      int some = Math.min(source.preferredLanes(), count - first);
      long[] seeds = new long[some];
      long[] indices = new long[some];
      for (int i = 0; i < some; i++) {
        seeds[i] = 5;
        indices[i] = first + i;
      }
      DrawBatch batch = source.draw(seeds, indices, some);
      System.arraycopy(batch.fields(), 0, fields, first * size, some * size);
      System.arraycopy(batch.action(), 0, action, first, some);
      System.arraycopy(batch.logDensity(), 0, logDensity, first, some);
    }
    return new DrawBatch(count, fields, action, logDensity);
  }

  /** In a theory of two wells: the way's weights say the same as the flow's, within 4 sigmas. */
  @Test
  void annealedDrawsAgreeWithTheFlowAndUnadjustedOnesStay() {
    List<AnnealedModel> samplers = ScorePaths.models(model);
    Averages flow = Averages.of(model, SAMPLES, 5, MACHINE);
    Averages adjusted = Averages.of(samplers.get(0), SAMPLES, 6, MACHINE);
    assertThat(adjusted.ess()).isGreaterThan(0.5);
    for (BinnedEstimate[] pair :
        List.of(
            new BinnedEstimate[] {flow.logZ(), adjusted.logZ()},
            new BinnedEstimate[] {flow.absolute(true), adjusted.absolute(true)},
            new BinnedEstimate[] {flow.chi(true), adjusted.chi(true)})) {
      assertThat(pair[0].mean())
          .isCloseTo(pair[1].mean(), within(4 * Math.hypot(pair[0].error(), pair[1].error())));
    }
    double[] m = Averages.of(samplers.get(1), SAMPLES, 7, MACHINE).m;
    assertThat(Arrays.stream(m)).allMatch(x -> Math.abs(x) < 4);
  }

  @Test
  void theForwardProcessConservesHigherCumulantsAndTheBackwardOneRestoresThem() {
    List<CumulantRow> rows;
    try (Denoising denoising = new Denoising(model, 4, MACHINE)) {
      rows = CumulantStudy.run(set.fields(), COUNT, denoising, 3);
      assertThat(denoising.sigmas()[0]).isZero();
    }
    for (CumulantRow row : rows) {
      if (row.sigma() > 0) {
        assertThat(Math.abs(row.forwardPull())).as(row.toString()).isLessThan(4);
      }
    }
    CumulantRow fourth =
        rows.stream()
            .filter(r -> r.order() == 4 && r.sigma() == 0 && r.of().equals("zero_mode"))
            .findFirst()
            .orElseThrow();
    assertThat(fourth.expected()).as("two wells").isLessThan(-5 * fourth.forwardError());
    assertThat(fourth.backward()).isLessThan(-5 * fourth.backwardError());
    // States of the chain are correlated: errors of the ensemble count three times.
    assertThat(Math.abs(fourth.backward() - fourth.forward()))
        .isLessThan(4 * Math.hypot(3 * fourth.forwardError(), fourth.backwardError()));
    assertThat(CumulantText.csv(rows).lines()).hasSize(1 + rows.size());
    assertThat(CumulantPlot.svg("a < b", rows))
        .startsWith("<svg")
        .contains("a &lt; b", "zero mode, order 6")
        .doesNotContain("NaN")
        .endsWith("</svg>\n");
  }

  @Test
  void cumulantsNeedTheirConfigurations() {
    try (Denoising denoising = new Denoising(model, 8, MACHINE)) {
      assertThatThrownBy(() -> CumulantStudy.run(new float[16], 1, denoising, 3))
          .hasMessage("configurations: 1 (expected: at least 32, of 16 sites)");
    }
    assertThatThrownBy(() -> new Denoising(model, 0, MACHINE))
        .hasMessage("every: 0 (expected: >= 1)");
  }

  /** In a field without interactions there is nothing left to learn. */
  @Test
  void theFreeFieldHasNoResidualScore() throws IOException {
    Target free = new Target("phi4", List.of(4, 4), Map.of("m2", 1.0, "lambda", 0.0));
    Phi4 phi4 = Phi4.of(free);
    float[] fields = new float[512 * 16];
    Random random = new Random(2);
    Model.Draws gaussian = new org.fieldstream.server.generator.gaussian.GaussianModel();
    try (DrawSource source = gaussian.open(free, MACHINE)) {
      for (int i = 0; i < 512; i += 64) {
        long[] seeds = new long[64];
        long[] indices = random.longs(64, 0, 1L << 40).toArray();
        System.arraycopy(source.draw(seeds, indices, 64).fields(), 0, fields, i * 16, 64 * 16);
      }
    }
    ScorePlan plan =
        new ScorePlan(
            "free",
            free,
            ScoreShape.parse("1", 2, 3, 8),
            machine -> new TrainingSet(fields, 512, "free"),
            "free",
            Phase.SYMMETRIC,
            Regression.ACTION,
            8,
            1,
            3,
            1,
            1e-5,
            1024,
            1,
            "train",
            directory.resolve("free"));
    FlowModel trained = new ScoreTrainer(plan, MACHINE, new RecordedTraining()).run(NEVER);
    assertThat(trained).isNotNull();
    // 512 configurations know 16 variances to 6 % each; the regression knows the action.
    assertThat(fact(trained, "ess_fraction")).isGreaterThan(0.98);
    assertThat(phi4.isFree()).isTrue();
  }
}
