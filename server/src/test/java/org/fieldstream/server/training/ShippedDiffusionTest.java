package org.fieldstream.server.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.statistics.BinnedEstimate;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The shipped diffusion models of lambda_h = 0.022, near the transition and on both sides of it,
 * beside an independent code (cluster and local updates, mass form: fields are divided by
 * sqrt(kappa) here). Corrected averages within 3 standard deviations, theirs and ours.
 */
class ShippedDiffusionTest {
  private static final VectorMachine MACHINE = new VectorMachine(2);
  private static final ModelStore MODELS = ModelStore.bundled();
  private static final int BINS = 8;

  @AfterAll
  static void closeMachine() {
    MACHINE.close();
  }

  @ParameterizedTest
  @CsvSource({
    "phi4-diffusion-16x16, 1024, 0.9, 0.27, 0.39568692, 0.0006, 46.581651, 0.11, 0.53179228, 0.00062",
    "phi4-diffusion-16x16-maala,            256, 0.6, 0.27, 0.39568692, 0.0006, 46.581651, 0.11, 0.53179228, 0.00062",
    "phi4-diffusion-32x32, 512, 0.8, 0.27, 0.32245553, 0.0018, 125.64985, 1.2, 0.52142798, 0.0022",
    "phi4-diffusion-32x32-symmetric,       1024, 0.9, 0.21, 0.018388157, 5.5e-5, 0.5441162, 0.0031, 0.0025387875, 0.0064",
    "phi4-diffusion-32x32-symmetric-maala,  192, 0.7, 0.21, 0.018388157, 5.5e-5, 0.5441162, 0.0031, 0.0025387875, 0.0064",
    "phi4-diffusion-32x32-broken,          1024, 0.7, 0.5, 3.4153449, 7.8e-5, 11944.655, 0.54, 0.66665278, 9.3e-8",
    "phi4-diffusion-32x32-broken-maala,     192, 0.6, 0.5, 3.4153449, 7.8e-5, 11944.655, 0.54, 0.66665278, 9.3e-8"
  })
  void correctedAveragesAgreeWithAnotherCode(
      String id,
      int draws,
      double leastEss,
      double kappa,
      double absolute,
      double absoluteError,
      double chi,
      double chiError,
      double binder,
      double binderError) {
    Model.Draws model = (Model.Draws) MODELS.find(id).orElseThrow();
    Averages drawn = Averages.of(model, draws, 11, MACHINE);
    assertThat(drawn.ess()).isGreaterThan(leastEss);
    double scale = Math.sqrt(kappa);
    agree(drawn.absolute(true), absolute / scale, absoluteError / scale);
    agree(drawn.chi(true), chi / kappa, chiError / kappa);
    agree(drawn.binder(true), binder, binderError);
    long positive = Arrays.stream(drawn.m).filter(m -> m > 0).count();
    assertThat((double) positive)
        .as("signs, within 4 sigmas")
        .isCloseTo(draws / 2.0, within(2 * Math.sqrt(draws)));
    theHistogramIsSymmetric(drawn);
  }

  /**
   * The corrected histogram of the magnetisation, in bins that hold an eighth of the draws each:
   * what is on either side of 0 within 4 standard deviations in every bin, and within 4 of its mean
   * in all together, chi^2 of 8 degrees of freedom.
   */
  private static void theHistogramIsSymmetric(Averages drawn) {
    double[] size = Arrays.stream(drawn.m).map(Math::abs).sorted().toArray();
    double most = Arrays.stream(drawn.logWeights).max().orElseThrow();
    double squares = 0;
    for (int bin = 0; bin < BINS; bin++) {
      double low = size[bin * size.length / BINS];
      int end = (bin + 1) * size.length / BINS;
      double high = end < size.length ? size[end] : Double.POSITIVE_INFINITY;
      double difference = 0;
      double variance = 0;
      for (int i = 0; i < drawn.m.length; i++) {
        double at = Math.abs(drawn.m[i]);
        if (at >= low && at < high) {
          double weight = Math.exp(drawn.logWeights[i] - most);
          difference += Math.copySign(weight, drawn.m[i]);
          variance += weight * weight;
        }
      }
      double pull = difference / Math.sqrt(variance);
      assertThat(pull).as("|M| from %s to %s", low, high).isBetween(-4.0, 4.0);
      squares += pull * pull;
    }
    assertThat(squares).isLessThan(BINS + 4 * Math.sqrt(2 * BINS));
  }

  private static void agree(BinnedEstimate drawn, double value, double error) {
    assertThat(drawn.mean()).isCloseTo(value, within(3 * Math.hypot(drawn.error(), error)));
  }
}
