package org.fieldstream.server.generator.gaussian;

import java.util.Map;
import java.util.Set;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.Digest;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.BadTargetException;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;
import org.jspecify.annotations.Nullable;

/**
 * The free scalar field, drawn exactly: independent normals per momentum. Any extents in 1 to 4
 * dimensions, any m2 &gt; 0 (or |kappa| &lt; 1/(2D)), no quartic coupling. Immutable.
 */
public final class GaussianModel implements Model.Draws {
  /** Id and generator kind. */
  public static final String ID = "gaussian";

  /** Raised whenever the draws change. */
  private static final String VERSION = "gaussian 2: hartley, normal draw 0";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String generator() {
    return ID;
  }

  @Override
  public String digest() {
    return Digest.sha256(VERSION);
  }

  @Override
  public @Nullable Target target() {
    return null;
  }

  @Override
  public Set<Exactness> exactness() {
    return Set.of(Exactness.METROPOLIS, Exactness.REWEIGHT, Exactness.RAW);
  }

  @Override
  public Map<String, String> facts() {
    return Map.of(
        "description", "exact independent draws of the free scalar field (lambda = 0)",
        "theory", Phi4.NAME,
        "ess", "1");
  }

  @Override
  public Target resolve(@Nullable Target requested) {
    Phi4 phi4 = free(requested);
    return new Target(phi4.name(), phi4.extents(), phi4.couplings());
  }

  @Override
  public int burnIn() {
    return BurnIn.draws(1);
  }

  @Override
  public DrawSource open(Target target, Machine machine) {
    return new GaussianSource(free(target), machine);
  }

  @Override
  public boolean hasDensity() {
    return true;
  }

  @Override
  public DensitySource openDensity(Target target, Machine machine) {
    Phi4 phi4 = free(target);
    double logZ = GaussianSource.logZ(phi4);
    return new DensitySource() {
      @Override
      public double logDensity(double[] field) {
        return -phi4.action(field, 0) - logZ;
      }

      @Override
      public void close() {}
    };
  }

  private static Phi4 free(@Nullable Target target) {
    Phi4 phi4 = Phi4.of(target);
    if (!phi4.isFree()) {
      String name = phi4.couplings().containsKey("lambda") ? "lambda" : "lambda_h";
      throw new BadTargetException(
          "couplings." + name,
          phi4.couplings().get(name) + " (expected: 0, the model " + ID + " draws free fields)");
    }
    return phi4;
  }
}
