package org.fieldstream.server.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.Test;

/** The reference files are all there, readable, and consistent with exact numbers. */
class ReferenceTest {
  @Test
  void theIndexNamesEveryFile() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/reference"))) {
      List<String> names =
          files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".json")).toList();
      assertThat(Reference.all())
          .extracting(Reference::name)
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void everyFileHoldsEveryQuantity() {
    for (Reference reference : Reference.all()) {
      for (Quantity quantity : Quantity.ofReference(Phi4.of(reference.target()))) {
        Measured value = reference.value(quantity.name());
        assertThat(value.error()).as(reference.name()).isPositive();
        assertThat(Math.abs(value.value())).isGreaterThan(0);
      }
      assertThat(reference.isOf(reference.target())).isTrue();
      assertThat(reference.isOf(new Target("phi4", List.of(3, 3), Map.of()))).isFalse();
    }
    assertThatThrownBy(() -> Reference.all().get(0).value("phi17"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("quantity: phi17 (expected: ");
  }

  /** Published for the hopping form: &lt;|M|&gt; = 0.7651(14), V &lt;M^2&gt; = 173.9(5). */
  @Test
  void theHoppingFormIsTheSameTheoryInOtherUnits() {
    Target hopping = new Target("phi4", List.of(16, 16), Map.of("kappa", 0.27, "lambda_h", 0.022));
    List<Reference> found = Reference.all().stream().filter(r -> r.isOf(hopping)).toList();
    assertThat(found).hasSize(1);
    Measured m = found.get(0).value("abs_m", hopping);
    Measured chi = found.get(0).value("chi", hopping);
    assertThat((m.value() - 0.7651) / Math.hypot(m.error(), 0.0014)).isBetween(-3.0, 3.0);
    assertThat((chi.value() - 173.9) / Math.hypot(chi.error(), 0.5)).isBetween(-3.0, 3.0);
    Target other = new Target("phi4", List.of(16, 16), Map.of("kappa", 0.28, "lambda_h", 0.022));
    assertThat(Reference.all()).noneMatch(r -> r.isOf(other));
  }

  @Test
  void theFreeFileAgreesWithTheExactFreeField() {
    Reference free =
        Reference.all().stream().filter(r -> r.lambda() == 0).findFirst().orElseThrow();
    List<Comparison> exact =
        ReferenceCheck.againstFreeField(Phi4.of(free.target())).of(q -> new Measured(0, 1));
    for (String name : List.of("phi2", "chi", "action_per_site")) {
      double value =
          exact.stream()
              .filter(c -> c.quantity().equals(name))
              .findFirst()
              .orElseThrow()
              .reference()
              .value();
      Measured file = free.value(name);
      assertThat((file.value() - value) / file.error()).as(name).isCloseTo(0, within(3.0));
    }
  }

  @Test
  void theExactTwoPointFunctionOfAChainIsItsClosedForm() {
    // c_t = cosh(w (T/2 - t)) / (4 sinh(w) sinh(w T/2)) with 2 cosh(w) = 2 + m2, in one dimension.
    double m2 = 0.7;
    int extent = 10;
    double w = Math.log((2 + m2) / 2 + Math.sqrt((2 + m2) * (2 + m2) / 4 - 1));
    Sample none = quantity -> new Measured(0, 1);
    List<Comparison> exact =
        ReferenceCheck.againstFreeField(Phi4.massForm(Lattice.of(extent), m2, 0)).of(none);
    for (int t = 0; t <= extent / 2; t++) {
      double expected =
          Math.cosh(w * (extent / 2.0 - t)) / (4 * Math.sinh(w) * Math.sinh(w * extent / 2));
      Comparison c = exact.get(4 + t);
      assertThat(c.quantity()).isEqualTo("c_" + t);
      assertThat(c.reference().value()).isCloseTo(expected, within(1e-12));
    }
  }
}
