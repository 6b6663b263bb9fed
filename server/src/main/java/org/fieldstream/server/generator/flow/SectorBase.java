package org.fieldstream.server.generator.flow;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.machine.Lanes;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.kernels.random.Philox;
import org.fieldstream.monitoring.exact.ChargeDistribution;
import org.fieldstream.server.generator.Crew;

/**
 * Uniform links of two-dimensional U(1) gauge theory, drawn sector by sector: within a topological
 * sector all links are equally likely, but the charge Q has the probability that it has in the
 * theory, not the one it has among uniform links. A flow of plaquettes that turns none of them past
 * pi keeps the charge, so what the flow cannot do is done here.
 *
 * <p>z are the V plaquette angles, t_x in [-pi, pi) with sum 2 pi Q; all else about the links is
 * uniform. With p_0 the charge distribution of uniform links, p that of the theory,
 *
 * <pre>
 * q(links) = (2 pi)^(-2V) g(Q) / sum_Q p_0(Q) g(Q),   g = p / p_0 + 0.001,
 * </pre>
 *
 * where the last term has any charge come up that there can be. Drawn by rejection: V - 1 uniform
 * angles and what makes their sum a multiple of 2 pi are uniform plaquettes; they are taken with
 * probability g(Q) / max g, one in about five. Angles are whole multiples of 2 pi / 2^32 and their
 * sum is exact. Immutable.
 */
final class SectorBase implements Base {
  /** Part of the draws that is spread over all sectors as uniform links are. */
  private static final double SPREAD = 1e-3;

  /** Below this p_0 is too near to rounding to divide by. */
  private static final double LEAST = 1e-10;

  /** Never reached: each try is taken with probability 1 / max g, about a fifth. */
  private static final int MOST_TRIES = 4096;

  private static final int WORDS = 4;
  private static final double STEP = Math.PI * 0x1p-31;
  private static final String INPUT = "plaquettes";

  /** Draws of random numbers; 1 is the gauge's, see {@link PlaquetteTheory}. */
  private static final int PLAQUETTES = 0;

  private static final int DECISION = 2;

  private final int sites;

  /** g by |Q|, and beyond them for all. */
  private final double[] preference;

  private final double largest;
  private final double[] logDensity;

  /**
   * A base.
   *
   * @param sites V
   * @param beta the coupling whose charge distribution it has
   */
  SectorBase(int sites, double beta) {
    this.sites = sites;
    ChargeDistribution uniform = new ChargeDistribution(sites, 0);
    ChargeDistribution theory = new ChargeDistribution(sites, beta);
    preference = new double[sites / 2 + 1];
    logDensity = new double[sites / 2 + 1];
    double norm = 0;
    double most = 0;
    for (int q = 0; q < preference.length; q++) {
      double p0 = uniform.of(q);
      preference[q] = SPREAD + (p0 < LEAST ? 0 : theory.of(q) / p0);
      norm += (q == 0 ? 1 : 2) * p0 * preference[q];
      most = Math.max(most, preference[q]);
    }
    largest = most;
    for (int q = 0; q < preference.length; q++) {
      logDensity[q] = StrictMath.log(preference[q] / norm) - 2.0 * sites * Math.log(2 * Math.PI);
    }
  }

  @Override
  public Value add(ProgramBuilder b) {
    return b.input(INPUT, 1, sites);
  }

  @Override
  public void tell(ProgramBuilder b, Value z) {
    // The charge is known before the run.
  }

  @Override
  public double logDensity(double[] z) {
    double turns = 0;
    for (double angle : z) {
      turns += angle / (2 * Math.PI) - Math.rint(angle / (2 * Math.PI));
    }
    return Double.isFinite(turns) ? logDensity((int) Math.abs(Math.rint(turns))) : Double.NaN;
  }

  private double logDensity(int charge) {
    return logDensity[Math.min(charge, logDensity.length - 1)];
  }

  /**
   * Draws plaquettes.
   *
   * @param into receives V angles from offset on; modified
   * @param angles scratch, V of them; modified
   * @return |Q|
   */
  private int draw(long seed, long index, int[] angles, float[] into, int offset) {
    int[] words = new int[WORDS];
    int blocks = (sites - 1 + WORDS - 1) / WORDS;
    for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
      long sum = 0;
      for (int block = 0; block < blocks; block++) {
        Philox.block(attempt * blocks + block, PLAQUETTES, index, seed, words);
        for (int w = 0; w < WORDS && block * WORDS + w < sites - 1; w++) {
          angles[block * WORDS + w] = words[w];
          sum += words[w];
        }
      }
      angles[sites - 1] = (int) -sum;
      int charge = (int) Math.abs((sum + angles[sites - 1]) >> 32);
      if (Philox.uniform52(attempt, DECISION, index, seed) * largest < preference[charge]) {
        for (int x = 0; x < sites; x++) {
          into[offset + x] = (float) (angles[x] * STEP);
        }
        return charge;
      }
    }
    throw new IllegalStateException(
        "plaquettes: none taken of " + MOST_TRIES + " tries (expected: one in about five)");
  }

  @Override
  public Draws open(Program program, int threads) {
    return new Sectors(program.input(INPUT), threads);
  }

  /** On several threads: a lane is one thread's. */
  private final class Sectors implements Draws {
    private final int input;
    private final int threads;
    private final Crew crew;
    private int[] charges = new int[0];

    Sectors(int input, int threads) {
      this.input = input;
      this.threads = threads;
      crew = new Crew("sectors", threads);
    }

    @Override
    public void prepare(Lanes lanes, int count) {
      if (charges.length < count) {
        charges = new int[count];
      }
      int shares = Math.min(threads, count);
      List<Runnable> work = new ArrayList<>();
      for (int g = 0; g < shares; g++) {
        int from = (int) ((long) count * g / shares);
        int to = (int) ((long) count * (g + 1) / shares);
        work.add(() -> draw(lanes, from, to));
      }
      crew.work(work);
    }

    private void draw(Lanes lanes, int from, int to) {
      int[] angles = new int[sites];
      for (int lane = from; lane < to; lane++) {
        charges[lane] =
            SectorBase.this.draw(
                lanes.seeds()[lane],
                lanes.indices()[lane],
                angles,
                lanes.input(input),
                lane * sites);
      }
    }

    @Override
    public double logDensity(Lanes lanes, int lane) {
      return SectorBase.this.logDensity(charges[lane]);
    }

    @Override
    public void close() {
      crew.close();
    }
  }
}
