package org.fieldstream.server.generator.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Free-field draws against the exact propagator, action and partition function. */
class GaussianSourceTest {
  private static final long SEED = 20_240_611;
  private static final GaussianModel MODEL = new GaussianModel();

  static Stream<Target> targets() {
    return Stream.of(
        massForm(1.0, 12),
        massForm(0.3, 8, 8),
        massForm(0.5, 4, 6),
        massForm(1.5, 4, 3, 5),
        massForm(0.7, 4, 4, 3, 2),
        new Target("phi4", List.of(6, 6), Map.of("kappa", 0.2, "lambda_h", 0.0)),
        new Target("phi4", List.of(6, 6), Map.of("kappa", -0.2, "lambda_h", 0.0)));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyModeHasTheExactPropagator(Target target) {
    Phi4 phi4 = Phi4.of(target);
    Lattice lattice = phi4.lattice();
    int v = lattice.sites();
    int draws = 4096;
    double[] propagator = new double[v];
    double action = 0;
    try (VectorMachine machine = new VectorMachine(1);
        DrawSource source = MODEL.open(target, machine)) {
      for (int done = 0; done < draws; ) {
        int count = Math.min(source.preferredLanes(), draws - done);
        DrawBatch batch = draw(source, done, count);
        for (int i = 0; i < count; i++) {
          addPowerSpectrum(lattice, batch.fields(), i * v, propagator);
          action += batch.action()[i];
        }
        done += count;
      }
    }
    // S has mean V/2 and variance V/2.
    assertThat(action / draws).isCloseTo(0.5 * v, within(4 * Math.sqrt(0.5 * v / draws)));
    double chi2 = 0;
    for (int k = 0; k < v; k++) {
      double exact = 1 / (2 * phi4.eigenvalue(lattice.khat2(k)));
      // |phi_k|^2 is exponential, but where -k = k the square of one normal.
      double sigma = exact * Math.sqrt((isReal(lattice, k) ? 2.0 : 1.0) / draws);
      double pull = (propagator[k] / draws - exact) / sigma;
      assertThat(pull).as("G(%d) in sigma", k).isCloseTo(0, within(4.5));
      chi2 += pull * pull;
    }
    // k and -k are one number, so v modes are at least v/2 independent ones: 5 sigma.
    assertThat(chi2 / v).isCloseTo(1, within(5 * Math.sqrt(4.0 / v)));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyLogWeightIsTheLogPartitionFunction(Target target) {
    Phi4 phi4 = Phi4.of(target);
    try (VectorMachine machine = new VectorMachine(1);
        DrawSource source = MODEL.open(target, machine)) {
      DrawBatch batch = draw(source, 0, 64);
      double logZ = GaussianSource.logZ(phi4);
      for (int i = 0; i < 64; i++) {
        // float32 fields: relative 6e-8 a site, at random signs.
        assertThat(-batch.action()[i] - batch.logDensity()[i]).isCloseTo(logZ, within(2e-4));
        assertThat(batch.action()[i])
            .isCloseTo(phi4.action(batch.fields(), i * phi4.lattice().sites()), within(1e-4));
      }
    }
  }

  @Test
  void thePartitionFunctionOfTwoSitesIsItsIntegral() {
    // S = (2 + m2)(x^2 + y^2) - 4 x y, a Gaussian integral: pi / sqrt(det), det = (2 + m2)^2 - 4.
    Phi4 phi4 = Phi4.massForm(Lattice.of(2), 0.7, 0);
    assertThat(GaussianSource.logZ(phi4))
        .isCloseTo(Math.log(Math.PI / Math.sqrt(2.7 * 2.7 - 4)), within(1e-12));
  }

  @Test
  void aDrawDependsOnSeedAndIndexOnly() {
    Target target = massForm(0.3, 8, 8);
    try (VectorMachine one = new VectorMachine(1);
        VectorMachine two = new VectorMachine(2);
        DrawSource a = MODEL.open(target, one);
        DrawSource b = MODEL.open(target, two)) {
      DrawBatch many = draw(a, 0, 50);
      DrawBatch alone = draw(b, 37, 1);
      assertThat(alone.fields()).isEqualTo(Arrays.copyOfRange(many.fields(), 37 * 64, 38 * 64));
      assertThat(alone.action()[0]).isEqualTo(many.action()[37]);
      assertThat(alone.logDensity()[0]).isEqualTo(many.logDensity()[37]);
    }
  }

  @Test
  void interactingTheoriesAreRefused() {
    Target interacting = new Target("phi4", List.of(8, 8), Map.of("m2", -4.0, "lambda", 6.0));
    assertThatThrownBy(() -> MODEL.resolve(interacting))
        .isInstanceOf(BadTargetException.class)
        .hasMessage("couplings.lambda: 6.0 (expected: 0, the model gaussian draws free fields)");
    assertThatThrownBy(() -> MODEL.resolve(null))
        .isInstanceOf(BadTargetException.class)
        .hasMessageStartingWith("theory: none named (expected: phi4");
    assertThat(MODEL.digest()).matches("[0-9a-f]{64}");
  }

  private static Target massForm(double m2, Integer... extents) {
    return new Target("phi4", List.of(extents), Map.of("m2", m2, "lambda", 0.0));
  }

  private static DrawBatch draw(DrawSource source, long first, int count) {
    long[] seeds = new long[count];
    long[] indices = new long[count];
    for (int i = 0; i < count; i++) {
      seeds[i] = SEED;
      indices[i] = first + i;
    }
    return source.draw(seeds, indices, count);
  }

  private static boolean isReal(Lattice lattice, int k) {
    boolean real = true;
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      real &= 2 * lattice.coordinate(k, axis) % lattice.extent(axis) == 0;
    }
    return real;
  }

  /** Adds |sum_x phi_x exp(-i k x)|^2 / V for every momentum, axis by axis in double. */
  private static void addPowerSpectrum(Lattice lattice, float[] fields, int offset, double[] sums) {
    int v = lattice.sites();
    double[] re = new double[v];
    double[] im = new double[v];
    for (int x = 0; x < v; x++) {
      re[x] = fields[offset + x];
    }
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      int extent = lattice.extent(axis);
      int stride = lattice.stride(axis);
      double[] nextRe = new double[v];
      double[] nextIm = new double[v];
      for (int k = 0; k < v; k++) {
        int n = lattice.coordinate(k, axis);
        int base = k - n * stride;
        for (int x = 0; x < extent; x++) {
          double cos = Math.cos(2 * Math.PI * n * x / extent);
          double sin = Math.sin(2 * Math.PI * n * x / extent);
          nextRe[k] += re[base + x * stride] * cos + im[base + x * stride] * sin;
          nextIm[k] += im[base + x * stride] * cos - re[base + x * stride] * sin;
        }
      }
      re = nextRe;
      im = nextIm;
    }
    for (int k = 0; k < v; k++) {
      sums[k] += (re[k] * re[k] + im[k] * im[k]) / v;
    }
  }
}
