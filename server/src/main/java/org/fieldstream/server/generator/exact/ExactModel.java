package org.fieldstream.server.generator.exact;

import java.util.Map;
import java.util.Set;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.Digest;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.jspecify.annotations.Nullable;

/** Two-dimensional U(1) gauge theory, any lattice and beta, drawn exactly. Immutable. */
public final class ExactModel implements Model.Draws {
  /** Id and generator kind. */
  public static final String ID = "exact";

  /** Raised whenever the draws change. */
  private static final String VERSION = "exact 1: u1 plaquettes, tree, gauge";

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
        "description",
        "exact independent draws by the transfer matrix, which two dimensions allow",
        "theory",
        U1.NAME,
        "ess",
        "1");
  }

  @Override
  public Target resolve(@Nullable Target requested) {
    U1 u1 = U1.of(requested);
    return new Target(u1.name(), u1.extents(), u1.couplings());
  }

  @Override
  public int burnIn() {
    return BurnIn.draws(1);
  }

  @Override
  public DrawSource open(Target target, Machine machine) {
    return new ExactSource(U1.of(target), machine.threads());
  }

  @Override
  public boolean hasDensity() {
    return true;
  }

  @Override
  public DensitySource openDensity(Target target, Machine machine) {
    U1 u1 = U1.of(target);
    double logZ = u1.exact().logZ();
    return new DensitySource() {
      @Override
      public double logDensity(double[] field) {
        return -u1.action(field, 0) - logZ;
      }

      @Override
      public void close() {}
    };
  }
}
