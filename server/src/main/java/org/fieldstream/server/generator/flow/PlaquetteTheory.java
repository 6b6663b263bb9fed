package org.fieldstream.server.generator.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.generator.Crew;
import org.fieldstream.server.generator.gauge.RandomWords;
import org.fieldstream.server.generator.gauge.TreeLinks;
import org.fieldstream.server.theory.U1;

/**
 * Two-dimensional U(1) gauge theory: flows map the plaquette angles, whose sum is a multiple of 2
 * pi; links with these plaquettes are drawn uniformly.
 *
 * @param theory the theory
 */
public record PlaquetteTheory(U1 theory) implements FlowTheory {
  /** Draw of the random numbers of links; others are {@link SectorBase}'s. */
  private static final int GAUGE = 1;

  @Override
  public Lattice lattice() {
    return theory.lattice();
  }

  @Override
  public Value action(ProgramBuilder b, Value variable) {
    return b.total(b.scale(-theory.beta(), b.cos(variable)));
  }

  @Override
  public double constant() {
    return 0;
  }

  /** The plaquette angles, not wrapped: their sum is 0 to rounding. */
  @Override
  public double[] variable(double[] field) {
    double[] angles = new double[theory.sites()];
    Arrays.setAll(angles, x -> theory.plaquettes().angle(field, 0, x));
    return angles;
  }

  @Override
  public Configurations open(int threads) {
    return new Links(theory, threads);
  }

  /** On several threads: a lane is one thread's. */
  private static final class Links implements Configurations {
    private final U1 theory;
    private final int threads;
    private final Crew crew;

    Links(U1 theory, int threads) {
      this.theory = theory;
      this.threads = threads;
      crew = new Crew("links", threads);
    }

    @Override
    public float[] of(float[] variables, long[] seeds, long[] indices, int count) {
      float[] fields = new float[count * 2 * theory.sites()];
      int shares = Math.min(threads, count);
      List<Runnable> work = new ArrayList<>();
      for (int g = 0; g < shares; g++) {
        int from = (int) ((long) count * g / shares);
        int to = (int) ((long) count * (g + 1) / shares);
        work.add(() -> draw(variables, seeds, indices, fields, from, to));
      }
      crew.work(work);
      return fields;
    }

    private void draw(
        float[] variables, long[] seeds, long[] indices, float[] fields, int from, int to) {
      int sites = theory.sites();
      double[] plaquettes = new double[sites];
      TreeLinks links = new TreeLinks(theory.plaquettes());
      RandomWords random = new RandomWords();
      for (int lane = from; lane < to; lane++) {
        double sum = 0;
        for (int x = 0; x < sites; x++) {
          plaquettes[x] = variables[lane * sites + x];
          sum += plaquettes[x];
        }
        // What rounding has left beside a multiple of 2 pi, shared by all plaquettes.
        double turns = Math.rint(sum / (2 * Math.PI));
        double excess = (sum - 2 * Math.PI * turns) / sites;
        for (int x = 0; x < sites; x++) {
          plaquettes[x] -= excess;
        }
        random.start(seeds[lane], indices[lane], GAUGE);
        links.draw(plaquettes, random, fields, lane * 2 * sites);
      }
    }

    @Override
    public void close() {
      crew.close();
    }
  }
}
