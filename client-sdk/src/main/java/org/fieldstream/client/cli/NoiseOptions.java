package org.fieldstream.client.cli;

import java.util.List;
import org.fieldstream.v1.NoiseLevels;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** At which levels of noise to see how configurations come out of it, for diffusion models. */
final class NoiseOptions {
  @Option(
      names = "--denoising",
      paramLabel = "N",
      description =
          "Also send each configuration at N levels of noise, from the most to none, on its way out"
              + " of it; for diffusion models.")
  private @Nullable Integer count;

  @Option(
      names = "--sigmas",
      paramLabel = "S",
      split = ",",
      description =
          "The same at the model's levels nearest to these strengths of noise, decreasing, such as"
              + " 8,2,0.5,0.")
  private @Nullable List<Double> sigmas;

  boolean isEmpty() {
    return count == null && sigmas == null;
  }

  /** The levels, null for none; the server judges what the model has. */
  @Nullable NoiseLevels toLevels() {
    if (count != null && sigmas != null) {
      throw new IllegalArgumentException("sigmas: beside --denoising (expected: one of the two)");
    }
    if (count != null) {
      if (count < 2) {
        throw new IllegalArgumentException("denoising: " + count + " (expected: >= 2)");
      }
      return NoiseLevels.newBuilder().setCount(count).build();
    }
    return sigmas == null ? null : NoiseLevels.newBuilder().addAllSigmas(sigmas).build();
  }
}
