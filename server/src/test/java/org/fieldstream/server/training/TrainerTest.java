package org.fieldstream.server.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowSampler;
import org.fieldstream.server.generator.flow.FlowShape;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.OdeShape;
import org.fieldstream.server.generator.flow.PlaquetteShape;
import org.fieldstream.server.generator.flow.SplitShape;
import org.fieldstream.server.model.FlowFiles;
import org.fieldstream.server.model.ModelFileException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small trainings: they learn, go on where they stopped, and come back from where they went wrong.
 */
class TrainerTest {
  private static final BooleanSupplier NEVER = () -> false;
  private static final VectorMachine MACHINE = new VectorMachine(2);
  private static final SplitShape SPLIT = SplitShape.parse("1:1,0:2", 3, 2);
  private static final Target SMALL = target(4, 7);

  @TempDir private Path directory;

  private final RecordedTraining told = new RecordedTraining();

  @AfterAll
  static void closeMachine() {
    MACHINE.close();
  }

  private static Target target(int extent, double lambda) {
    return new Target("phi4", List.of(extent, extent), Map.of("m2", -4.0, "lambda", lambda));
  }

  /** What differs between the plans of this test. */
  private TrainingPlan plan(
      String name, FlowShape shape, @Nullable FlowModel start, int steps, double rate, double ess) {
    return new TrainingPlan(
        "small",
        SMALL,
        shape,
        start,
        5,
        steps,
        32,
        rate,
        20,
        ess,
        3,
        "train it",
        directory.resolve(name));
  }

  private TrainingPlan gauge(String name, Target own, FlowShape shape, int steps, int batch) {
    return new TrainingPlan(
        "small",
        own,
        shape,
        null,
        5,
        steps,
        batch,
        0.03,
        20,
        2,
        3,
        "train it",
        directory.resolve(name));
  }

  private TrainingPlan plan(String name, int steps) {
    return plan(name, SPLIT, null, steps, 0.02, 2);
  }

  private FlowModel train(TrainingPlan plan) throws IOException {
    FlowModel model = new Trainer(plan, MACHINE, told).run(NEVER);
    assertThat(model).isNotNull();
    return model;
  }

  private static double ess(FlowModel model) {
    return Double.parseDouble(model.facts().get("ess_fraction"));
  }

  @Test
  void sixtyStepsTeachAFlow() throws IOException {
    Flow flow = SPLIT.on(Phi4.of(SMALL).lattice());
    double before = quality(flow, SMALL, flow.initial(5)).ess();
    FlowModel model = train(plan("a", 60));
    assertThat(before).isLessThan(0.5);
    assertThat(ess(model)).isGreaterThan(0.75);
    assertThat(told.steps).hasSize(60).endsWith(60L);
    assertThat(told.ess).hasSize(3);
    assertThat(told.rollBacks).isEmpty();
    // Two samples of one flow.
    assertThat(told.ess.stream().mapToDouble(d -> d).max().orElseThrow())
        .isCloseTo(ess(model), within(0.03));
    assertThat(model.facts())
        .containsEntry("sample_count", "65536")
        .containsEntry("training_steps", "60")
        .containsEntry("training_batch_size", "32")
        .containsEntry("training_seed", "5")
        .containsEntry("training_command", "train it");
    assertThat(Double.parseDouble(model.facts().get("acceptance"))).isBetween(0.6, 1.0);
  }

  private static Quality quality(Flow flow, Target target, double[] theta) {
    return quality(flow, FlowTheory.of(target), theta);
  }

  private static Quality quality(Flow flow, FlowTheory theory, double[] theta) {
    try (FlowSampler sampler =
        new FlowSampler(flow, theory::action, theory.constant(), false, MACHINE)) {
      return Quality.measure(sampler, theta, 3, 4096);
    }
  }

  @Test
  void aPlaquetteFlowIsTaughtForARangeOfCouplings() throws IOException {
    PlaquetteShape shape = new PlaquetteShape(4, 4, new PlaquetteShape.Range(2, 0.5, 4));
    Target own = new Target("u1", List.of(4, 4), Map.of("beta", 2.0));
    FlowModel model = train(gauge("range", own, shape, 80, 160));
    assertThat(ess(model)).as("where it is smallest").isGreaterThan(0.6);
    FlowModel read = FlowFiles.read(directory.resolve("range"));
    assertThat(read.digest()).isEqualTo(model.digest());
    assertThat(read.shape()).isEqualTo(shape);
    // At a coupling that no step went through.
    FlowTheory theory = FlowTheory.of(new Target("u1", List.of(4, 4), Map.of("beta", 3.0)));
    Flow flow = shape.on(theory);
    assertThat(quality(flow, theory, model.theta()).ess()).isGreaterThan(0.6);
    assertThat(quality(flow, theory, flow.initial(5)).ess()).isLessThan(0.6);
    assertThatThrownBy(() -> new Trainer(gauge("few", own, shape, 80, 9), MACHINE, told))
        .hasMessage(
            "batch: 9 (expected: >= 10, two for each of the couplings that a step goes through)");
  }

  @Test
  void aStoppedTrainingGoesOnToTheSameBits() throws IOException {
    FlowModel whole = train(plan("whole", 30));
    int[] asked = {0};
    FlowModel none = new Trainer(plan("stopped", 30), MACHINE, told).run(() -> ++asked[0] == 17);
    assertThat(none).isNull();
    assertThat(directory.resolve("stopped")).isDirectoryContaining("glob:**checkpoint.safetensors");
    assertThat(directory.resolve("stopped/model.json")).doesNotExist();
    // What a crash in the middle of a write leaves.
    Files.writeString(directory.resolve("stopped/checkpoint.safetensors.partial"), "half a chec");
    FlowModel continued = train(plan("stopped", 30));
    assertThat(told.resumed).containsExactly(17L);
    assertThat(bytes("stopped")).isEqualTo(bytes("whole"));
    assertThat(continued.digest()).isEqualTo(whole.digest());
    assertThat(continued.theta()).isEqualTo(whole.theta());
    assertThat(continued.facts().get("training_final_loss"))
        .isEqualTo(whole.facts().get("training_final_loss"));
  }

  private byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name).resolve("weights.safetensors"));
  }

  @Test
  void aFinishedTrainingIsNotChangedByTheSameCommand() throws IOException {
    FlowModel first = train(plan("a", 12));
    RecordedTraining again = new RecordedTraining();
    FlowModel second = new Trainer(plan("a", 12), MACHINE, again).run(NEVER);
    assertThat(again.steps).isEmpty();
    assertThat(second).isNotNull();
    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(second.facts()).isEqualTo(first.facts());
    JsonNode json = new ObjectMapper().readTree(directory.resolve("a/model.json").toFile());
    assertThat(json.path("training").path("finalLoss").isNumber()).isTrue();
  }

  @Test
  void trainingEndsWhereTheEssIsReached() throws IOException {
    TrainingPlan plan = plan("a", SPLIT, null, 60, 0.02, 0.1);
    train(plan);
    assertThat(told.steps).hasSize(20); // the first of three evaluations
    RecordedTraining again = new RecordedTraining();
    assertThat(new Trainer(plan, MACHINE, again).run(NEVER)).isNotNull();
    assertThat(again.steps).isEmpty();
  }

  @Test
  void checkpointsOfOtherSettingsAndDamagedOnesAreRefusedWithARemedy() throws IOException {
    train(plan("a", 6));
    assertThatThrownBy(() -> new Trainer(plan("a", 7), MACHINE, told))
        .isInstanceOf(ModelFileException.class)
        .hasMessage(
            directory.resolve("a/checkpoint.safetensors")
                + ": made by a training with other settings"
                + " (remedy: --restart to begin anew, or another --out)");
    Path file = directory.resolve("a/checkpoint.safetensors");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 3000));
    assertThatThrownBy(() -> new Trainer(plan("a", 6), MACHINE, told))
        .isInstanceOf(ModelFileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageEndingWith("(remedy: --restart to begin anew, or another --out)");
  }

  @Test
  void aFlowOfASmallLatticeIsABetterStartThanNone() throws IOException {
    FlowModel small = train(plan("a", 60));
    Target large = target(8, 6.008);
    SplitShape shape = SplitShape.parse("2:1,1:1,0:2", 3, 2);
    Flow flow = shape.on(Phi4.of(large).lattice());
    double[] carried = Transfer.start(small, shape, FlowTheory.of(large), 5);
    assertThat(flow.invertible(carried)).isTrue();
    double random = quality(flow, large, flow.initial(5)).logWeightVariance();
    double transferred = quality(flow, large, carried).logWeightVariance();
    assertThat(transferred).isLessThan(random / 2);
  }

  @Test
  void startsOfOtherKindsAreRefused() throws IOException {
    FlowModel small = train(plan("a", 3));
    assertThatThrownBy(
            () ->
                new Trainer(plan("b", new OdeShape(1, 3, 3, 4), small, 3, 0.01, 2), MACHINE, told))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("start: a flow of form split (expected: ode)");
    assertThatThrownBy(
            () ->
                new Trainer(
                    plan("b", SplitShape.parse("0:2", 4, 2), small, 3, 0.01, 2), MACHINE, told))
        .hasMessage("start: 3 sines (expected: 4)");
  }

  @Test
  void anOdeStatesItsIntegratorsErrorAndIsExactByIt() throws IOException {
    FlowModel model = train(plan("ode", new OdeShape(1, 3, 3, 4), null, 30, 0.01, 2));
    assertThat(told.doublingErrors).hasSize(3).allMatch(error -> error > 0 && error < 0.05);
    double error = Double.parseDouble(model.facts().get("integration_error"));
    assertThat(error).isPositive().isLessThan(5e-4);
    assertThat(model.exactness()).contains(Exactness.METROPOLIS);
    OdeShape served = (OdeShape) model.shape();
    assertThat(served.steps()).isGreaterThan(1);
    OdeSteps fewer =
        OdeSteps.measure(
            served.withSteps(served.steps() <= 6 ? served.steps() - 1 : served.steps() - 2),
            model.theta(),
            FlowTheory.of(model.target()),
            MACHINE,
            0x9a117L,
            1024);
    assertThat(fewer.error()).as("fewer steps would not do").isGreaterThan(5e-4);
  }

  @Test
  void anOdeThatLosesItsIntegratorIsRolledBackToTheLastGoodValues() throws IOException {
    // One step of Runge-Kutta and an absurd rate.
    TrainingPlan plan = plan("ode", new OdeShape(1, 3, 3, 1), null, 60, 0.9, 2);
    FlowModel model = train(plan);
    assertThat(told.rollBacks).isNotEmpty();
    assertThat(told.rateFactors.get(0)).isEqualTo(0.5);
    Flow flow = plan.shape().on(FlowTheory.of(SMALL));
    assertThat(flow.invertible(model.theta())).isTrue();
  }

  @Test
  void whatCannotRecoverEndsWithAnExplanation() throws IOException {
    FlowModel small = train(plan("a", 3));
    double[] theta = small.theta();
    theta[0] = 200; // amplitudes beyond float
    FlowModel lost = new FlowModel("lost", SPLIT, SMALL, theta, "digest", Map.of(), true, 256);
    Trainer trainer = new Trainer(plan("b", SPLIT, lost, 3, 0.01, 2), MACHINE, told);
    assertThatThrownBy(() -> trainer.run(NEVER))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("training: the loss is not finite again and again (remedy: ");
    assertThat(told.rollBacks).hasSizeBetween(5, 20);
    assertThat(directory.resolve("b/model.json")).doesNotExist();
  }

  @Test
  void plansThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> plan("a", 0)).hasMessage("steps: 0 (expected: >= 1)");
    assertThatThrownBy(() -> plan("a", SPLIT, null, 3, 1.5, 2))
        .hasMessage("rate: 1.5 (expected: > 0 and < 1)");
    assertThatThrownBy(() -> plan("a", SPLIT, null, 3, Double.NaN, 2))
        .hasMessage("rate: NaN (expected: > 0 and < 1)");
  }
}
