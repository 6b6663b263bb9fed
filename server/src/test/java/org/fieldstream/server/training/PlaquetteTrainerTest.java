package org.fieldstream.server.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.DoubleStream;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.exact.BesselRatios;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.PlaquetteScore;
import org.fieldstream.server.generator.diffusion.ScoreFeatures.Regression;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.model.ModelFileException;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of plaquettes from an ensemble: what they learn, stopped and continued, their files. */
class PlaquetteTrainerTest {
  private static final Machine MACHINE = new VectorMachine(2);
  private static final BooleanSupplier NEVER = () -> false;
  private static final Target TARGET = new Target("u1", List.of(6, 6), Map.of("beta", 0.8));
  private static final int COUNT = 6000;

  @TempDir private Path data;

  private final RecordedTraining told = new RecordedTraining();

  @AfterAll
  static void close() {
    MACHINE.close();
  }

  private PlaquettePlan plan(String id, Regression regression) {
    return new PlaquettePlan(
        id,
        TARGET,
        TrainingSet.drawn(new ExactModel(), TARGET, 3, COUNT),
        "exact",
        regression,
        4,
        12,
        1,
        1e-8,
        64,
        5,
        "train it",
        data.resolve("models").resolve(id));
  }

  private PlaquetteScore score(PlaquettePlan plan) throws IOException {
    double[] weights = new PlaquetteTrainer(plan, MACHINE, told).fit(NEVER);
    assertThat(weights).isNotNull();
    return new PlaquetteScore(weights, 0.8);
  }

  /**
   * Links with much noise: the first character alone is left, d times what it was, and a
   * plaquette's energy is its logarithm, 2 r d cos P + O(d^2).
   */
  @Test
  void whatIsLeftOfMuchNoiseIsKnown() throws IOException {
    double r = new BesselRatios(0.8).of(1);
    double d = 0.02;
    double[] c = score(plan("a", Regression.ACTION)).coefficients(d);
    assertThat(c[0] / d).isCloseTo(2 * r, within(0.05));
    for (int f = 1; f < c.length; f++) {
      assertThat(c[f] / d).as("feature %d", f).isCloseTo(0, within(0.1));
    }
  }

  @Test
  void bothRegressionsFindTheSameScore() throws IOException {
    PlaquetteScore action = score(plan("a", Regression.ACTION));
    PlaquetteScore denoised = score(plan("d", Regression.DENOISING));
    for (double d : new double[] {0.2, 0.5, 0.8}) {
      double[] a = action.coefficients(d);
      double[] b = denoised.coefficients(d);
      for (int f = 0; f < a.length; f++) {
        assertThat(b[f]).as("feature %d at %s", f, d).isCloseTo(a[f], within(0.03));
      }
      // Noise correlates neighbours: they share links.
      assertThat(a[5]).isNegative();
    }
  }

  @Test
  void stoppedItGoesOnToWhatItWouldHaveBeen() throws IOException {
    Model whole = new PlaquetteTrainer(plan("a", Regression.ACTION), MACHINE, told).run(NEVER);
    int[] asked = {0};
    PlaquettePlan stopped = plan("b", Regression.ACTION);
    assertThat(new PlaquetteTrainer(stopped, MACHINE, told).run(() -> ++asked[0] == 5)).isNull();
    assertThat(stopped.directory().resolve("model.json")).doesNotExist();
    Model continued = new PlaquetteTrainer(stopped, MACHINE, told).run(NEVER);
    assertThat(whole).isNotNull();
    assertThat(continued).isNotNull();
    assertThat(stopped.directory().resolve("weights.safetensors"))
        .hasSameBinaryContentAs(data.resolve("models/a/weights.safetensors"));
    assertThat(continued.digest()).isEqualTo(whole.digest());
    assertThat(whole.facts())
        .containsEntry("training_command", "train it")
        .containsEntry("sample_count", "64")
        .hasEntrySatisfying(
            "quality_at", at -> assertThat(at).matches("6 x 6, beta = (0\\.8|5\\.6)"))
        .containsEntry("parameter_count", "28");
    assertThat(continued.facts())
        .containsEntry("training_steps", whole.facts().get("training_steps"))
        .containsEntry("training_final_loss", whole.facts().get("training_final_loss"));
  }

  @Test
  void aMeasurementThatIsStoppedIsMadeAgain() throws IOException {
    Model whole = new PlaquetteTrainer(plan("a", Regression.ACTION), MACHINE, told).run(NEVER);
    int steps = told.steps.size();
    PlaquettePlan stopped = plan("b", Regression.ACTION);
    int[] asked = {0};
    // Asked once after each step, and then on the way through the measurement.
    BooleanSupplier late = () -> ++asked[0] == steps + 3;
    assertThat(new PlaquetteTrainer(stopped, MACHINE, told).run(late)).isNull();
    assertThat(asked[0]).isEqualTo(steps + 3);
    assertThat(stopped.directory().resolve("model.json")).doesNotExist();
    Model continued = new PlaquetteTrainer(stopped, MACHINE, told).run(NEVER);
    assertThat(told.resumed).containsExactly((long) steps);
    assertThat(whole).isNotNull();
    assertThat(continued).isNotNull();
    assertThat(continued.digest()).isEqualTo(whole.digest());
  }

  @Test
  void goneOnFromItsEndItSaysTheSame() throws IOException {
    PlaquettePlan plan = plan("a", Regression.ACTION);
    Model first = new PlaquetteTrainer(plan, MACHINE, told).run(NEVER);
    Model again = new PlaquetteTrainer(plan, MACHINE, told).run(NEVER);
    assertThat(first).isNotNull();
    assertThat(again).isNotNull();
    assertThat(told.resumed).hasSize(1);
    assertThat(again.digest()).isEqualTo(first.digest());
    assertThat(again.facts())
        .containsEntry("training_steps", String.valueOf(COUNT))
        .containsEntry("training_final_loss", first.facts().get("training_final_loss"));
  }

  @Test
  void oneDirectoryIsTwoModelsThatComeAndGoTogether() throws IOException {
    new PlaquetteTrainer(plan("mine", Regression.ACTION), MACHINE, told).run(NEVER);
    ModelStore store = ModelStore.load(data);
    Model mine = store.find("mine").orElseThrow();
    Model langevin = store.find("mine-langevin").orElseThrow();
    assertThat(mine.digest()).isNotEqualTo(langevin.digest());
    assertThat(langevin.facts()).doesNotContainKeys("ess_fraction", "burn_in", "quality_at");
    assertThat(store.isRemovable(langevin)).isTrue();
    store.remove(langevin);
    assertThat(store.find("mine")).isEmpty();
    assertThat(store.find("mine-langevin")).isEmpty();
    assertThat(data.resolve("models/mine")).doesNotExist();
  }

  @Test
  void anotherPlanOrADamagedFileIsRefusedWithARemedy() throws IOException {
    PlaquettePlan plan = plan("mine", Regression.ACTION);
    new PlaquetteTrainer(plan, MACHINE, told).run(NEVER);
    Files.move(plan.directory(), data.resolve("models/other"));
    PlaquettePlan other = plan("other", Regression.DENOISING);
    assertThatThrownBy(() -> new PlaquetteTrainer(other, MACHINE, told))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("made by a training with other settings (remedy: --restart");
    Path json = data.resolve("models/other/model.json");
    Files.writeString(json, Files.readString(json).replace("\"modes\" : 4", "\"modes\" : 65"));
    assertThat(ModelStore.load(data).find("mine")).isEmpty();
    assertThatThrownBy(
            () ->
                new PlaquettePlan(
                    "x",
                    TARGET,
                    plan.source(),
                    "",
                    Regression.ACTION,
                    9,
                    8,
                    1,
                    1e-8,
                    64,
                    5,
                    "",
                    data))
        .hasMessageContaining("levels: 8 (expected: as many as noise-modes");
  }

  /** Log-normal weights have ESS/N = exp(-s^2): wider ones than any seen are still covered. */
  @Test
  void theBurnInCoversWiderWeightsThanThoseItIsMeasuredOn() {
    int seen = burnIn(0.32);
    assertThat(burnIn(0.24)).isGreaterThan(seen);
    assertThat(burnIn(0.22)).isLessThan(PlaquetteFinish.MARGIN * seen);
    Model shipped = ModelStore.bundled().find("u1-diffusion").orElseThrow();
    assertThat(shipped.facts()).containsEntry("quality_at", "16 x 16, beta = 7");
    assertThat(((Model.Draws) shipped).burnIn()).isGreaterThanOrEqualTo(burnIn(0.22));
  }

  private static int burnIn(double ess) {
    double s = Math.sqrt(-Math.log(ess));
    Random random = new Random(7);
    return BurnIn.measured(
        DoubleStream.generate(() -> s * random.nextGaussian()).limit(1 << 20).toArray());
  }
}
