package org.fieldstream.server.generator.diffusion;

import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.server.theory.Phi4;
import org.fieldstream.server.theory.Target;

/**
 * From Gaussian noise to phi^4 along the energies of a score, {@link ScoreEnergy}. States are
 * whitened modes y; that they stay as they are from one level of the noise to the next is the
 * predictor, {@code phi_k -> phi_k c_k(i) / c_k(i-1)}, whose Jacobian cancels as all energies are
 * with respect to dy. Level i = 1 to n - 1 is at time i / n of {@link NoiseLevel}, level n the
 * action.
 *
 * <p>A move is a trajectory in which the Gaussian part is integrated exactly, whatever the step:
 * half a kick by what is not Gaussian, a turn of (y, p) by an angle, half a kick (as in the Hilbert
 * space: A. Beskos, F. Pinski, J. Sanz-Serna, A. Stuart, Stochastic Process. Appl. 121 (2011)
 * 2201). It is symplectic and reversible, relaxes all modes alike, and of one step it is MALA with
 * an implicit linear part. Time goes slower for the zero mode where it has wells, for both of its
 * equations of motion: measured by their distance wells are steep, and explicit steps too long for
 * them leave them for ever.
 *
 * <p>In the broken phase a second channel carries the sign, everywhere the same.
 */
final class ScorePath implements AnnealedPath {
  private final Phi4 phi4;
  private final ScoreParameters at;
  private final double[] theta;
  private final Plan plan;
  private final boolean folded;

  /**
   * How to go.
   *
   * @param levels n, at least 2
   * @param turns of a move, at least 1
   * @param angle of a turn in radians
   */
  record Plan(int levels, int turns, double angle) {
    /** One well: 81 to 87 % of the draws count at 32 x 32. */
    static final Plan PLAIN = new Plan(32, 4, 0.5);

    /** Two: what decides is how well the magnetisation relaxes while they part. */
    static final Plan WELLS = new Plan(64, 6, 0.35);

    /** From this part of the zero mode's variance on, wells count as one. */
    private static final double ONE_WELL = 0.5;

    /** For trained values: a function of these alone. */
    static Plan of(ScoreShape shape, Target target, double[] theta) {
      ScoreParameters at = new ScoreParameters(Phi4.of(target).lattice(), shape);
      double within = StrictMath.exp(theta[at.well()] - theta[at.spectrum()]);
      return within < ONE_WELL ? WELLS : PLAIN;
    }
  }

  ScorePath(Phi4 phi4, ScoreShape shape, double[] theta, Plan plan) {
    this.phi4 = phi4;
    this.at = new ScoreParameters(phi4.lattice(), shape);
    this.theta = theta;
    this.plan = plan;
    folded = shape.phase() == Phase.BROKEN;
  }

  @Override
  public Phi4 theory() {
    return phi4;
  }

  @Override
  public int levels() {
    return plan.levels;
  }

  /** Also what turns dy into dphi at the end, the sign's log 2, and S's constant. */
  @Override
  public double logStart() {
    double sum = 0.5 * at.sites() * StrictMath.log(2 * Math.PI) - phi4.constant();
    double[] c = new NoiseLevel(at, theta, 1).spread();
    for (int o = 0; o < c.length; o++) {
      sum += at.orbits().count(o) * StrictMath.log(c[o]);
    }
    return folded ? sum + StrictMath.log(2) : sum;
  }

  @Override
  public Program start() {
    ProgramBuilder b = new ProgramBuilder();
    Value y = b.normal(0, 1, at.sites());
    b.output("state", folded ? b.concat(y, b.broadcast(ScoreFlow.sign(b), 1, at.sites())) : y);
    b.output(AFTER, b.total(b.scale(0.5, b.mul(y, y))));
    return b.build();
  }

  private int channels() {
    return folded ? 2 : 1;
  }

  @Override
  public Program move() {
    ProgramBuilder b = new ProgramBuilder();
    int orbits = at.orbits().size();
    int[] slots = at.orbits().slots();
    Parameter half = b.parameter("-angle/2", orbits);
    Parameter whole = b.parameter("-angle", orbits);
    Parameter cosine = b.parameter("cos", orbits);
    Parameter sine = b.parameter("sin", orbits);
    Parameter minusSine = b.parameter("-sin", orbits);
    ScoreEnergy energy = new ScoreEnergy(b, phi4, at);
    Value state = b.input("state", channels(), at.sites());
    Value y = folded ? b.channels(state, 0, 1) : state;
    Value p = b.normal(0, 1, at.sites());
    Value start = b.dot(p, p);
    ScoreEnergy.At here = energy.of(y);
    Value before = b.total(here.density());
    for (int turn = 0; turn < plan.turns; turn++) {
      p = b.add(p, b.times(here.gradient(), turn == 0 ? half : whole, slots));
      Value turned = b.add(b.times(y, cosine, slots), b.times(p, sine, slots));
      p = b.add(b.times(p, cosine, slots), b.times(y, minusSine, slots));
      y = turned;
      here = energy.of(y);
    }
    p = b.add(p, b.times(here.gradient(), half, slots));
    b.output("state", folded ? b.concat(y, b.channels(state, 1, 2)) : y);
    b.output(BEFORE, before);
    b.output(AFTER, b.total(here.density()));
    b.output(KINETIC_START, start);
    b.output(KINETIC_END, b.dot(p, p));
    return b.build();
  }

  @Override
  public void fill(int level, float[] parameters) {
    NoiseLevel noise = noise(level);
    int n = at.orbits().size();
    for (int o = 0; o < n; o++) {
      double angle = o == 0 ? plan.angle * slowness(noise) : plan.angle;
      parameters[o] = (float) (-angle / 2);
      parameters[n + o] = (float) -angle;
      parameters[2 * n + o] = (float) StrictMath.cos(angle);
      parameters[3 * n + o] = (float) StrictMath.sin(angle);
      parameters[4 * n + o] = -parameters[3 * n + o];
    }
    if (level == plan.levels) {
      ScoreEnergy.fillAction(at, theta, parameters, 5 * n);
    } else {
      ScoreEnergy.fill(at, theta, noise, parameters, 5 * n);
    }
  }

  /** c' / c: a well of variance c'^2 has the frequency c / c'. */
  private double slowness(NoiseLevel noise) {
    return folded ? 1 : Math.sqrt(noise.wells()[1]) / noise.spread()[0];
  }

  private NoiseLevel noise(int level) {
    return new NoiseLevel(at, theta, (double) level / plan.levels);
  }

  @Override
  public double sigma(int level) {
    return Math.sqrt(noise(level).sigma2());
  }

  @Override
  public Program field() {
    ProgramBuilder b = new ProgramBuilder();
    Value state = b.input("state", channels(), at.sites());
    Value phi = new ScoreEnd(b, at).field(folded ? b.channels(state, 0, 1) : state);
    b.output("phi", folded ? b.mul(phi, b.channels(state, 1, 2)) : phi);
    return b.build();
  }

  /** {@code phi_k = c_k(level) y_k}: modes are whitened by the spectrum that they have there. */
  @Override
  public void fillField(int level, float[] parameters) {
    ScoreEnd.fill(at, theta, noise(level), parameters, 0);
  }

  /** Whether M(chi) > 0, see {@link Phase#BROKEN}. */
  @Override
  public boolean counts(float[] states, int offset) {
    if (!folded) {
      return true;
    }
    double c = new NoiseLevel(at, theta, 1).spread()[0];
    return theta[at.mean()] + c * states[offset] / Math.sqrt(at.sites()) > 0;
  }
}
