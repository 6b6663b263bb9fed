package org.fieldstream.server.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.chain.ChainModel;
import org.fieldstream.server.generator.exact.ExactModel;
import org.fieldstream.server.theory.Target;
import org.fieldstream.server.theory.U1;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Chains that keep their charge, each from a draw of its own. */
final class StartedEnsembleTest {
  private static final double SIGMAS = 4;
  private static final U1 FROZEN = new U1(Lattice.of(6, 6), 8);
  private static final int CONFIGURATIONS = 1 << 16;

  /** Pulls by quantity, of chains at one beta from exact draws. */
  private static Map<String, Comparison> comparisons(ReferenceCheck held) {
    return comparisons(new ExactModel(), FROZEN, held);
  }

  private static Map<String, Comparison> comparisons(
      Model.Draws start, U1 moved, ReferenceCheck held) {
    try (Machine machine = new VectorMachine(1);
        StartedEnsemble ensemble =
            new StartedEnsemble(
                ChainModel.hmc(), start, ReferenceCheck.againstTorus(moved), 3, machine)) {
      ensemble.grow(CONFIGURATIONS / 2);
      ensemble.grow(CONFIGURATIONS / 2);
      assertThat(ensemble.size()).isEqualTo(CONFIGURATIONS);
      assertThat(ensemble.samples()).containsOnlyKeys("METROPOLIS from draws of exact");
      return held.of(ensemble.samples().values().iterator().next()).stream()
          .collect(Collectors.toMap(Comparison::quantity, c -> c));
    }
  }

  @Test
  void allIsAsItShouldBeThoughTheChargeStandsStill() {
    Map<String, Comparison> all = comparisons(ReferenceCheck.againstTorus(FROZEN));
    assertThat(all).containsKeys("plaquette", "wilson_4x4", "chi_q");
    assertThat(all.values()).allSatisfy(c -> assertThat(c.pull()).isBetween(-SIGMAS, SIGMAS));
    // A charge for each of so many chains: 0 in nearly all, 1 or -1 in the others. Longer chains
    // would not tell more.
    double chains = (double) CONFIGURATIONS / StartedEnsemble.STEPS;
    Comparison chi = all.get("chi_q");
    double others = chi.measured().value() * FROZEN.lattice().sites();
    double relative = Math.sqrt((1 - others) / (others * chains));
    assertThat(chi.measured().error() / chi.measured().value())
        .isBetween(0.85 * relative, 1.15 * relative);
  }

  /** The bound is one that a coupling off by a per cent does not meet. */
  @Test
  void anotherCouplingIsSeen() {
    Map<String, Comparison> all =
        comparisons(ReferenceCheck.againstTorus(new U1(Lattice.of(6, 6), 8 * 1.01)));
    assertThat(Math.abs(all.get("plaquette").pull())).isGreaterThan(SIGMAS);
  }

  /**
   * Neither are chains that leave something else as it is, though they start from what is right.
   */
  @Test
  void chainsOfAnotherCouplingAreSeen() {
    U1 wrong = new U1(FROZEN.lattice(), FROZEN.beta() * 1.02);
    ReferenceCheck right = ReferenceCheck.againstTorus(FROZEN);
    Map<String, Comparison> all = comparisons(new Fixed(right.target()), wrong, right);
    assertThat(all.get("plaquette").pull()).isGreaterThan(SIGMAS);
  }

  /** Exact draws of one target, whichever is asked for. */
  private record Fixed(Target target) implements Model.Draws {
    private static final ExactModel EXACT = new ExactModel();

    @Override
    public String id() {
      return EXACT.id();
    }

    @Override
    public String generator() {
      return EXACT.generator();
    }

    @Override
    public String digest() {
      return EXACT.digest();
    }

    @Override
    public Set<Exactness> exactness() {
      return EXACT.exactness();
    }

    @Override
    public Map<String, String> facts() {
      return EXACT.facts();
    }

    @Override
    public Target resolve(@Nullable Target requested) {
      return target;
    }

    @Override
    public int burnIn() {
      return EXACT.burnIn();
    }

    @Override
    public DrawSource open(Target asked, Machine machine) {
      return EXACT.open(target, machine);
    }
  }
}
