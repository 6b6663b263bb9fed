package org.fieldstream.server.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Good targets become theories; bad ones are refused with the field, its value and the remedy. */
class TheoriesTest {
  private static final List<Integer> SQUARE = List.of(8, 8);
  private final Theories theories = new Theories();

  @Test
  void aTargetBecomesItsTheory() {
    Theory theory = theories.of(target(SQUARE, Map.of("m2", -4.0, "lambda", 6.008)));
    assertThat(theory.name()).isEqualTo("phi4");
    assertThat(theory.extents()).isEqualTo(SQUARE);
    assertThat(theory.components()).isEqualTo(1);
    assertThat(theory.couplings()).isEqualTo(Map.of("m2", -4.0, "lambda", 6.008));
    assertThat(
            theories
                .of(target(List.of(3, 4, 5, 6), Map.of("kappa", 0.1, "lambda_h", 0.0)))
                .extents())
        .isEqualTo(List.of(3, 4, 5, 6));
    assertThat(theories.names()).containsExactly("phi4", "u1");
  }

  static Stream<Arguments> bad() {
    Map<String, Double> good = Map.of("m2", 1.0, "lambda", 0.0);
    return Stream.of(
        refused("theory", "theory: qed (expected: phi4 or u1)", new Target("qed", SQUARE, good)),
        refused(
            "theory", "theory: none named (expected: phi4 or u1)", new Target("", SQUARE, good)),
        refused("extents", "extents: 0 of them (expected: 1 to 4", target(List.of(), good)),
        refused("extents", "extents: 5 of them", target(List.of(2, 2, 2, 2, 2), good)),
        refused(
            "extents", "extents: 8 x 1 (expected: every extent >= 2)", target(List.of(8, 1), good)),
        refused("extents", "extents: 0 x 8", target(List.of(0, 8), good)),
        refused("extents", "extents: 8 x -8", target(List.of(8, -8), good)),
        refused(
            "extents",
            "extents: 2147483647 x 2147483647 (expected: at most 1048576 sites)",
            target(List.of(Integer.MAX_VALUE, Integer.MAX_VALUE), good)),
        coupling("couplings", "couplings: none (expected: m2 and lambda, or kappa", Map.of()),
        coupling("couplings.beta", "couplings.beta: unknown", Map.of("beta", 2.0)),
        coupling("couplings.m2", "couplings.m2: missing", Map.of("lambda", 2.0)),
        coupling("couplings.lambda", "couplings.lambda: missing", Map.of("m2", 2.0)),
        coupling("couplings.lambda_h", "couplings.lambda_h: missing", Map.of("kappa", 0.1)),
        coupling(
            "couplings", "couplings: of both forms: [kappa, m2]", Map.of("m2", 2.0, "kappa", 2.0)),
        coupling(
            "couplings.lambda",
            "couplings.lambda: NaN (expected: a finite number >= 0)",
            Map.of("m2", 2.0, "lambda", Double.NaN)),
        coupling(
            "couplings.m2",
            "couplings.m2: -Infinity (expected: a finite number)",
            Map.of("m2", Double.NEGATIVE_INFINITY, "lambda", 1.0)),
        coupling(
            "couplings.lambda",
            "couplings.lambda: -1.0 (expected: a finite number >= 0, or the action has no minimum)",
            Map.of("m2", 2.0, "lambda", -1.0)),
        coupling(
            "couplings.lambda_h",
            "couplings.lambda_h: -0.5",
            Map.of("kappa", 0.1, "lambda_h", -0.5)),
        coupling(
            "couplings.m2",
            "couplings.m2: 0.0 (expected: > 0 where lambda is 0, or the action has no minimum)",
            Map.of("m2", 0.0, "lambda", 0.0)),
        coupling(
            "couplings.kappa",
            "couplings.kappa: -0.25 (expected: |kappa| < 1/(2D) = 0.25",
            Map.of("kappa", -0.25, "lambda_h", 0.0)),
        coupling(
            "couplings.m2",
            "couplings.m2: 1.0E30 (expected: of absolute value at most",
            Map.of("m2", 1e30, "lambda", 0.0)));
  }

  static Stream<Arguments> badGauge() {
    Map<String, Double> good = Map.of("beta", 2.0);
    return Stream.of(
        refused(
            "extents",
            "extents: 3 of them (expected: 2, the theory lives in two dimensions)",
            gauge(List.of(4, 4, 4), good)),
        refused("extents", "extents: 1 of them (expected: 2, the", gauge(List.of(4), good)),
        refused(
            "extents", "extents: 1 x 8 (expected: every extent >= 2)", gauge(List.of(1, 8), good)),
        refused(
            "extents",
            "extents: 2048 x 1024 (expected: at most 1048576 sites)",
            gauge(List.of(2048, 1024), good)),
        refused(
            "couplings.beta",
            "couplings.beta: missing (expected: 0 to 1000.0)",
            gauge(SQUARE, Map.of())),
        refused(
            "couplings.m2",
            "couplings.m2: unknown (expected: beta)",
            gauge(SQUARE, Map.of("beta", 1.0, "m2", 1.0))),
        refused(
            "couplings.beta",
            "couplings.beta: -1.0 (expected: 0 to 1000.0)",
            gauge(SQUARE, Map.of("beta", -1.0))),
        refused(
            "couplings.beta",
            "couplings.beta: NaN (expected: 0 to 1000.0)",
            gauge(SQUARE, Map.of("beta", Double.NaN))),
        refused(
            "couplings.beta",
            "couplings.beta: 1001.0 (expected: 0 to 1000.0)",
            gauge(SQUARE, Map.of("beta", 1001.0))));
  }

  private static Target gauge(List<Integer> extents, Map<String, Double> couplings) {
    return new Target("u1", extents, couplings);
  }

  @Test
  void theoriesAreToldByWhatTheyCanDo() {
    assertThat(theories.names(Dynamics.class)).containsExactly("phi4", "u1");
    assertThat(theories.names(Winding.class)).containsExactly("u1");
    assertThat(theories.names(LocalUpdates.class)).containsExactly("u1");
    Target scalar = target(SQUARE, Map.of("m2", 1.0, "lambda", 0.0));
    assertThatThrownBy(() -> theories.of(scalar, Winding.class))
        .hasMessage("theory: phi4 (expected: u1)");
    assertThatThrownBy(() -> theories.of(null, Dynamics.class))
        .hasMessage("theory: none named (expected: phi4 or u1, with extents and couplings)");
  }

  @ParameterizedTest
  @MethodSource({"bad", "badGauge"})
  void badTargetsAreRefusedByField(String field, String sentence, Target target) {
    assertThatThrownBy(() -> theories.of(target))
        .isInstanceOfSatisfying(
            BadTargetException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageStartingWith(sentence);
  }

  private static Arguments coupling(String field, String sentence, Map<String, Double> couplings) {
    return refused(field, sentence, target(SQUARE, couplings));
  }

  private static Arguments refused(String field, String sentence, Target target) {
    return Arguments.of(field, sentence, target);
  }

  private static Target target(List<Integer> extents, Map<String, Double> couplings) {
    return new Target("phi4", extents, couplings);
  }
}
