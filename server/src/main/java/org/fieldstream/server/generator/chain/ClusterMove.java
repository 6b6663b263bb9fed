package org.fieldstream.server.generator.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldstream.kernels.machine.Executable;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Crew;
import org.fieldstream.server.theory.Phi4;

/**
 * New signs for the clusters of many chains: bonds by the machine, clusters by threads here, each
 * with a group of chains of its own. What becomes of a chain does not depend on the grouping.
 */
final class ClusterMove implements Move {
  private final Executable executable;
  private final Lanes lanes;
  private final List<Group> groups = new ArrayList<>();
  private final Crew crew;
  private final int sites;
  private float[] fields = {};
  private double[] action = {};
  private long index;

  /**
   * A move for some chains.
   *
   * @param seeds key of each chain's random numbers; not modified
   */
  ClusterMove(Phi4 phi4, long[] seeds, Machine machine) {
    executable = machine.load(BondProgram.of(phi4));
    try {
      lanes = new Lanes(executable.program(), seeds.length);
    } catch (RuntimeException | Error e) {
      executable.close();
      throw e;
    }
    System.arraycopy(seeds, 0, lanes.seeds(), 0, seeds.length);
    sites = phi4.lattice().sites();
    int shares = Math.min(machine.threads(), seeds.length);
    for (int g = 0; g < shares; g++) {
      int from = seeds.length * g / shares;
      int to = seeds.length * (g + 1) / shares;
      groups.add(new Group(new SignClusters(phi4), from, to));
    }
    crew = new Crew("clusters", groups.size());
  }

  /**
   * Floats held for each value of a chain's field, rounded up: the field and the margins, and on
   * the machine the field and what becomes of neighbours and of uniforms.
   */
  static int floats(Phi4 phi4) {
    return 2 + 4 * phi4.lattice().dimensions();
  }

  /** Some chains, and a thread's scratch arrays. */
  private final class Group implements Runnable {
    private final SignClusters clusters;
    private final int from;
    private final int to;

    private Group(SignClusters clusters, int from, int to) {
      this.clusters = clusters;
      this.from = from;
      this.to = to;
    }

    @Override
    public void run() {
      float[] margins = lanes.output(BondProgram.MARGIN);
      int bonds = margins.length / lanes.count();
      for (int c = from; c < to; c++) {
        action[c] += clusters.turn(fields, c * sites, margins, c * bonds, lanes.seeds()[c], index);
      }
    }
  }

  @Override
  public void run(long index, float[] fields, double[] action) {
    System.arraycopy(fields, 0, lanes.input(0), 0, fields.length);
    Arrays.fill(lanes.indices(), index);
    executable.run(lanes);
    this.index = index;
    this.fields = fields;
    this.action = action;
    crew.work(groups);
  }

  @Override
  public void close() {
    crew.close();
    executable.close();
  }
}
