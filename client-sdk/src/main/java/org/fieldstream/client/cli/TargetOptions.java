package org.fieldstream.client.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.fieldstream.v1.Target;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What to sample, for Markov chains and conditional models. */
final class TargetOptions {
  @Option(
      names = "--theory",
      paramLabel = "NAME",
      description = "The theory, phi4 or u1; needed for Markov chains such as hmc.")
  private @Nullable String theory;

  @Option(
      names = "--extents",
      paramLabel = "LxL...",
      description = "Lattice extents, such as 16x16.")
  private @Nullable String extents;

  @Option(
      names = "--coupling",
      paramLabel = "NAME=VALUE",
      split = ",",
      description = "A coupling, such as m2=-4 or beta=7; may be given several times.")
  private Map<String, Double> couplings = new LinkedHashMap<>();

  boolean isEmpty() {
    return theory == null && extents == null && couplings.isEmpty();
  }

  /** The target; the server judges what is missing. */
  Target toTarget() {
    Target.Builder target = Target.newBuilder().putAllCouplings(couplings);
    if (theory != null) {
      target.setTheory(theory);
    }
    if (extents != null) {
      for (String extent : extents.split("[x,]", -1)) {
        try {
          target.addExtents(Integer.parseUnsignedInt(extent.strip()));
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              "extents: " + extents + " (expected: whole numbers, such as 16x16)", e);
        }
      }
    }
    return target.build();
  }
}
