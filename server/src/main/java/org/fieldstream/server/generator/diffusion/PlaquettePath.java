package org.fieldstream.server.generator.diffusion;

import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.Program;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.monitoring.exact.BesselRatios;
import org.fieldstream.server.theory.U1;

/**
 * From uniform links to U(1) at any beta on any lattice: the energies of a {@link PlaquetteScore}
 * times beta / beta_0, which at d = 1 is Wilson's action at beta, whatever beta_0 the score is of
 * ("physics-conditioned": Zhu, Aarts, Wang, Zhou, Wang, arXiv 2502.05504, where the score is scaled
 * alike). A move is one leapfrog trajectory of {@link Plan#steps} steps; of one step it is MALA.
 *
 * <p>Levels are spaced evenly in the path's thermodynamic length (G. E. Crooks, Phys. Rev. Lett. 99
 * (2007) 100602), as independent plaquettes of coupling b = (beta / beta_0) a_1(d) have it,
 *
 * <pre>ds = |db| sqrt(var_b(cos P)),  var_b(cos P) = 1 - r^2 - r / b,  r = I_1(b) / I_0(b)</pre>
 *
 * so that each costs alike, and their number is proportional to V s^2, which keeps the variance of
 * W roughly constant: ESS/N from 0.28 to 0.57 was measured at 8 x 8 to 32 x 32 and beta of 1 to 11.
 */
final class PlaquettePath implements AnnealedPath {
  /** Multiples of it are spread evenly over the fractions between whole numbers. */
  private static final double GOLDEN = 0.6180339887498949;

  /** Points at which the length is integrated. */
  private static final int POINTS = 2048;

  /** Momenta along each axis at which frequencies are looked at, up to pi. */
  private static final int WAVES = 8;

  /** Noise that leaves nothing: {@code 2 exp(-sigma^2 / 2)} is 5e-9. */
  private static final double UNIFORM = 2 * Math.PI;

  private final U1 u1;
  private final PlaquetteScore score;
  private final Plan plan;
  private final double[] dampings;

  /**
   * How to go.
   *
   * @param density levels for each plaquette and unit of squared length
   * @param steps leapfrog steps of a move
   * @param step of a leapfrog step, in units of the fastest period over 2 pi for V = 1
   * @param largest step size in radians
   * @param spread step sizes of successive levels are spread evenly over this fraction below the
   *     largest, so that no wave comes back to where it started level after level
   */
  record Plan(double density, int steps, double step, double largest, double spread) {
    static final Plan USUAL = new Plan(4, 4, 1.6, 1.5, 0.7);
  }

  PlaquettePath(U1 u1, PlaquetteScore score, Plan plan) {
    this.u1 = u1;
    this.score = score;
    this.plan = plan;
    dampings = dampings();
  }

  /** d of levels 1 to n. */
  private double[] dampings() {
    double[] length = new double[POINTS + 1];
    for (int i = 1; i <= POINTS; i++) {
      double step = coupling((double) i / POINTS) - coupling((i - 1.0) / POINTS);
      length[i] = length[i - 1] + Math.abs(step) * spread(coupling((i - 0.5) / POINTS));
    }
    double whole = length[POINTS];
    int n = (int) Math.max(1, Math.ceil(plan.density * u1.sites() * whole * whole));
    double[] d = new double[n];
    int i = 1;
    for (int level = 1; level < n; level++) {
      double at = whole * level / n;
      while (length[i] < at) {
        i++;
      }
      d[level - 1] = (i - 1 + (at - length[i - 1]) / (length[i] - length[i - 1])) / POINTS;
    }
    d[n - 1] = 1;
    return d;
  }

  /** b. */
  private double coupling(double d) {
    return u1.beta() / score.beta() * score.coefficients(d)[0];
  }

  /** Standard deviation of cos P. */
  private static double spread(double b) {
    if (Math.abs(b) < 1e-3) {
      return Math.sqrt(0.5);
    }
    double r = new BesselRatios(Math.abs(b)).of(1);
    return Math.sqrt(Math.max(0, 1 - r * r - r / Math.abs(b)));
  }

  @Override
  public U1 theory() {
    return u1;
  }

  @Override
  public int levels() {
    return dampings.length;
  }

  @Override
  public double logStart() {
    return 2.0 * u1.sites() * StrictMath.log(2 * Math.PI);
  }

  @Override
  public Program start() {
    ProgramBuilder b = new ProgramBuilder();
    b.output("theta", u1.hotStart(b, 0));
    b.output(AFTER, b.fill(0, 2, 1));
    return b.build();
  }

  @Override
  public Program move() {
    ProgramBuilder b = new ProgramBuilder();
    Parameter drift = b.parameter("eps", 1);
    Parameter kick = b.parameter("-eps", 1);
    Parameter half = b.parameter("-eps/2", 1);
    Parameter one = b.scalar(1);
    PlaquetteEnergy energy = new PlaquetteEnergy(b, u1);
    Value theta = b.input("theta", 2, u1.sites());
    Value momentum = b.normal(0, 2, u1.sites());
    Value start = b.dot(momentum, momentum);
    PlaquetteEnergy.At at = energy.of(b, theta);
    Value before = b.total(at.density());
    for (int step = 0; step < plan.steps; step++) {
      momentum = b.linear(one, momentum, step == 0 ? half : kick, at.gradient());
      theta = b.linear(one, theta, drift, momentum);
      at = energy.of(b, theta);
    }
    momentum = b.linear(one, momentum, half, at.gradient());
    b.output("theta", theta);
    b.output(BEFORE, before);
    b.output(AFTER, b.total(at.density()));
    b.output(KINETIC_START, start);
    b.output(KINETIC_END, b.dot(momentum, momentum));
    return b.build();
  }

  @Override
  public void fill(int level, float[] parameters) {
    double[] c = score.coefficients(dampings[level - 1]);
    for (int f = 0; f < c.length; f++) {
      c[f] *= u1.beta() / score.beta();
    }
    double eps = stepSize(c) * (1 - plan.spread * (level * GOLDEN % 1));
    parameters[0] = (float) eps;
    parameters[1] = (float) -eps;
    parameters[2] = (float) (-eps / 2);
    PlaquetteEnergy.fill(c, parameters, 3);
  }

  /** The energy error of a leapfrog step is of the order of V (eps omega)^6. */
  private double stepSize(double[] c) {
    double most = plan.step * StrictMath.pow(u1.sites(), -1 / 6.0);
    return Math.min(plan.largest, most / Math.max(largestFrequency(c), 1e-6));
  }

  /**
   * The largest frequency of the links' equations of motion for small angles: the waves of momentum
   * k of the plaquettes have the stiffness
   *
   * <pre>K = sum_n n^2 a_n + sum_y g_xy - sum_y h_xy cos k (x - y),   omega^2 = khat^2 K</pre>
   */
  private static double largestFrequency(double[] c) {
    int w = PlaquetteScore.WAVES;
    double local = c[0] + 4 * c[1] + 9 * c[2] + 4 * (c[w] + c[w + 1]);
    double most = 0;
    for (int i = 0; i <= WAVES; i++) {
      for (int j = 0; j <= i; j++) {
        double x = StrictMath.cos(Math.PI * i / WAVES);
        double y = StrictMath.cos(Math.PI * j / WAVES);
        double stiffness = local - 2 * c[w + 2] * (x + y) - 4 * c[w + 3] * x * y;
        most = Math.max(most, (4 - 2 * x - 2 * y) * stiffness);
      }
    }
    return Math.sqrt(most);
  }

  /**
   * {@inheritDoc} That of the score, {@code d = exp(-2 sigma^2)}, whatever beta energies are scaled
   * to. Links of level 0 are uniform, as by infinite noise; a number is given that requests and
   * plots can do with, from which on density and uniform density differ by less than 1e-8.
   */
  @Override
  public double sigma(int level) {
    if (level == 0) {
      return UNIFORM;
    }
    return level == levels() ? 0 : Math.sqrt(-StrictMath.log(dampings[level - 1]) / 2);
  }

  @Override
  public Program field() {
    ProgramBuilder b = new ProgramBuilder();
    b.output("theta", b.affine(1, b.input("theta", 2, u1.sites()), 0));
    return b.build();
  }

  @Override
  public void normalise(float[] states, int offset) {
    u1.normalise(states, offset);
  }
}
