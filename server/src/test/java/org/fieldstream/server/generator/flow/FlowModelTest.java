package org.fieldstream.server.generator.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.ReferenceMachine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.model.ModelStore;
import org.fieldstream.server.testing.PlaquetteModels;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.Theories;
import org.fieldstream.server.theory.Theory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The models that ship: log q in float against double, bits whatever the batch, targets. */
class FlowModelTest {
  private static final long SEED = 99;

  static Stream<FlowModel> shipped() {
    return ModelStore.bundled().list().stream()
        .filter(FlowModel.class::isInstance)
        .map(FlowModel.class::cast);
  }

  private static FlowModel smallest() {
    return (FlowModel) ModelStore.bundled().find("phi4-continuous-8x8").orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void logDensityInFloatAgreesWithDouble(FlowModel model) {
    int lanes = 16;
    double[] vector = logWeights(model, new VectorMachine(2), lanes);
    double[] reference = logWeights(model, new ReferenceMachine(), lanes);
    for (int lane = 0; lane < lanes; lane++) {
      assertThat(vector[lane])
          .as("%s, log w of draw %d", model.id(), lane)
          .isCloseTo(reference[lane], within(1e-3));
    }
  }

  private static double[] logWeights(FlowModel model, Machine machine, int lanes) {
    try (machine;
        DrawSource source = model.open(model.target(), machine)) {
      double[] result = new double[lanes];
      for (int lane = 0; lane < lanes; lane++) {
        DrawBatch batch = source.draw(new long[] {SEED}, new long[] {lane}, 1);
        result[lane] = -batch.action()[0] - batch.logDensity()[0];
      }
      return result;
    }
  }

  /** One of each theory. */
  static Stream<FlowModel> oneOfEach() {
    return Stream.of(smallest(), PlaquetteModels.untrained("u1", 4, 8, 3));
  }

  private static int size(FlowModel model) {
    Theory theory = new Theories().of(model.target());
    return theory.components() * theory.extents().stream().reduce(1, (a, b) -> a * b);
  }

  @ParameterizedTest
  @MethodSource("oneOfEach")
  void theStatedActionIsTheActionOfTheField(FlowModel model) {
    Theory theory = new Theories().of(model.target());
    try (Machine machine = new VectorMachine(1);
        DrawSource source = model.open(model.target(), machine)) {
      DrawBatch batch = draw(source, 0, 16);
      for (int i = 0; i < 16; i++) {
        assertThat(batch.action()[i])
            .isCloseTo(theory.action(batch.fields(), size(model) * i), within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("oneOfEach")
  void bitsDependOnSeedAndIndexOnly(FlowModel model) {
    DrawBatch expected;
    try (Machine machine = new VectorMachine(1);
        DrawSource source = model.open(model.target(), machine)) {
      expected = draw(source, 0, 64);
    }
    for (int threads = 1; threads <= 2; threads++) {
      try (Machine machine = new VectorMachine(threads);
          DrawSource source = model.open(model.target(), machine)) {
        for (int size : new int[] {1, 7, 64}) {
          for (int first = 0; first < (size == 1 ? 8 : 64); first += size) {
            DrawBatch batch = draw(source, first, Math.min(size, 64 - first));
            for (int i = 0; i < batch.count(); i++) {
              assertSame(expected, first + i, batch, i, size(model));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("oneOfEach")
  void strangersInTheBatchChangeNothing(FlowModel model) {
    try (Machine machine = new VectorMachine(1);
        DrawSource source = model.open(model.target(), machine)) {
      DrawBatch expected = draw(source, 5, 1);
      long[] seeds = {1, 2, SEED, 3};
      long[] indices = {0, 5, 5, Long.MAX_VALUE};
      DrawBatch mixed = source.draw(seeds, indices, 4);
      assertSame(expected, 0, mixed, 2, size(model));
      assertThat(mixed.action()).doesNotHaveDuplicates();
    }
  }

  private static DrawBatch draw(DrawSource source, long first, int count) {
    long[] seeds = new long[count];
    long[] indices = new long[count];
    Arrays.fill(seeds, SEED);
    Arrays.setAll(indices, i -> first + i);
    return source.draw(seeds, indices, count);
  }

  private static void assertSame(DrawBatch a, int i, DrawBatch b, int j, int size) {
    assertThat(Arrays.copyOfRange(b.fields(), j * size, (j + 1) * size))
        .isEqualTo(Arrays.copyOfRange(a.fields(), i * size, (i + 1) * size));
    assertThat(b.action()[j]).isEqualTo(a.action()[i]);
    assertThat(b.logDensity()[j]).isEqualTo(a.logDensity()[i]);
  }

  @Test
  void onlyTheOwnTargetIsServed() {
    FlowModel model = smallest();
    assertThat(model.exactness())
        .containsExactlyInAnyOrder(Exactness.METROPOLIS, Exactness.REWEIGHT, Exactness.RAW);
    assertThat(model.resolve(null)).isEqualTo(model.target());
    assertThat(model.resolve(new Target("", List.of(), Map.of()))).isEqualTo(model.target());
    assertThat(model.resolve(model.target())).isEqualTo(model.target());
    refuses(model, new Target("u1", List.of(), Map.of()), "theory", "theory: u1 (expected: phi4, ");
    refuses(
        model,
        new Target("phi4", List.of(7, 7), Map.of()),
        "extents",
        "extents: 7 x 7 (expected: 8 x 8, the lattice of model phi4-continuous-8x8)");
    refuses(
        model,
        new Target("phi4", List.of(8, 8), Map.of("lambda", 5.0)),
        "couplings.lambda",
        "couplings.lambda: 5.0 (expected: {lambda=6.008, m2=-4.0}, ");
    refuses(
        model,
        new Target("phi4", List.of(), Map.of("lambda", Double.NaN)),
        "couplings.lambda",
        "couplings.lambda: NaN (expected: ");
    refuses(
        model,
        new Target("phi4", List.of(), Map.of("beta", 1.0)),
        "couplings.beta",
        "couplings.beta: 1.0 (expected: ");
  }

  private static void refuses(FlowModel model, Target target, String field, String message) {
    assertThatThrownBy(() -> model.resolve(target))
        .isInstanceOfSatisfying(
            BadTargetException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageStartingWith(message);
  }
}
