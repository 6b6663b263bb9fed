package org.fieldstream.server.theory;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.monitoring.alarms.Sectors;
import org.fieldstream.monitoring.exact.U1Torus;
import org.jspecify.annotations.Nullable;

/**
 * U(1) gauge theory in two dimensions, compact, with the action of K. G. Wilson, Phys. Rev. D 10
 * (1974) 2445:
 *
 * <pre>
 * S = -beta sum_x cos theta_x,
 * theta_x = theta_0(x) + theta_1(x + 0) - theta_0(x + 1) - theta_1(x)
 * </pre>
 *
 * where theta_mu(x) in (-pi, pi] is the angle of the link from x to its neighbour x + mu along axis
 * mu; component mu of the field. Gauge transformations theta_mu(x) += a(x) - a(x + mu) change
 * nothing. The theory is exactly solvable, see {@link #exact()}.
 *
 * <p>Not thread-safe: {@link #observe} works in scratch arrays of its own.
 */
public final class U1 implements LocalUpdates, Winding {
  /** The name of the theory. */
  public static final String NAME = "u1";

  /** The name of its coupling. */
  public static final String COUPLING = "beta";

  /** Beyond this a plaquette's fluctuations drown in the rounding of float32 links. */
  private static final double LARGEST_BETA = 1000;

  /** In float32 the angles beyond are 5e-4 apart, and programs' sines end there. */
  private static final double LARGEST_ANGLE = 8192;

  /** On small lattices at small beta the theory has no scale; trajectories stay finite. */
  private static final double LEAST_FREQUENCY = 1e-3;

  private final Lattice lattice;
  private final double beta;
  private final U1Plaquettes plaquettes;
  private final U1Observables observables;
  private final U1Sweep sweep;

  /**
   * The theory on a lattice.
   *
   * @param lattice two-dimensional
   * @param beta coupling, 0 to 1000
   */
  public U1(Lattice lattice, double beta) {
    if (lattice.dimensions() != 2) {
      throw new IllegalArgumentException("lattice: " + lattice + " (expected: of two dimensions)");
    }
    this.lattice = lattice;
    this.beta = beta;
    plaquettes = new U1Plaquettes(lattice);
    observables = new U1Observables(lattice);
    sweep = new U1Sweep(lattice, plaquettes, beta);
  }

  /**
   * The theory of a target: coupling {@code beta}; two extents, at most 2^20 sites.
   *
   * @param target a request's target; null where it has none
   * @throws BadTargetException naming the field at fault
   */
  public static U1 of(@Nullable Target target) {
    if (target == null) {
      throw new BadTargetException(
          "theory", "none named (expected: " + NAME + ", with extents and couplings)");
    }
    if (!target.theory().equals(NAME)) {
      throw new BadTargetException("theory", target.theory() + " (expected: " + NAME + ")");
    }
    Lattice lattice =
        Extents.lattice(target.extents(), 2, 2, "2, the theory lives in two dimensions");
    for (String name : new TreeSet<>(target.couplings().keySet())) {
      if (!name.equals(COUPLING)) {
        throw new BadTargetException("couplings." + name, "unknown (expected: " + COUPLING + ")");
      }
    }
    Double beta = target.couplings().get(COUPLING);
    if (beta == null) {
      throw new BadTargetException(
          "couplings." + COUPLING, "missing (expected: 0 to " + LARGEST_BETA + ")");
    }
    if (!(beta >= 0 && beta <= LARGEST_BETA)) {
      throw new BadTargetException(
          "couplings." + COUPLING, beta + " (expected: 0 to " + LARGEST_BETA + ")");
    }
    return new U1(lattice, beta);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The lattice. */
  public Lattice lattice() {
    return lattice;
  }

  /** beta. */
  public double beta() {
    return beta;
  }

  /** What is known of it exactly. */
  public U1Torus exact() {
    return new U1Torus(lattice.extent(0), lattice.extent(1), beta);
  }

  @Override
  public List<Integer> extents() {
    return List.of(lattice.extent(0), lattice.extent(1));
  }

  @Override
  public int components() {
    return 2;
  }

  @Override
  public int sites() {
    return lattice.sites();
  }

  @Override
  public Map<String, Double> couplings() {
    return Map.of(COUPLING, beta);
  }

  @Override
  public double constant() {
    return 0;
  }

  @Override
  public Value action(ProgramBuilder b, Value theta) {
    return b.total(b.scale(-beta, b.cos(plaquettes.of(b, theta))));
  }

  @Override
  public List<Value> kickAndDrift(
      ProgramBuilder b, Value momentum, Parameter s, Value theta, Parameter r) {
    // dS/dtheta_mu(x): beta sin of the plaquettes the link is in, signed as the link is in them.
    Value sines = b.scale(beta, b.sin(plaquettes.of(b, theta)));
    Value force = plaquettes.links(b, sines);
    Value kicked = b.linear(b.scalar(1), momentum, s, force);
    return List.of(kicked, b.linear(b.scalar(1), theta, r, kicked));
  }

  @Override
  public Value hotStart(ProgramBuilder b, int draw) {
    return b.affine(2 * Math.PI, b.uniform(draw, 2, lattice.sites()), -Math.PI);
  }

  /** omega^2 = beta khat^2 for small angles, khat^2 at most 8. */
  @Override
  public double largestFrequency() {
    return Math.max(Math.sqrt(8 * beta), LEAST_FREQUENCY);
  }

  /** Q^2. */
  @Override
  public double slow(float[] fields, int offset) {
    double charge = observables.charge(fields, offset);
    return charge * charge;
  }

  /**
   * One radian of the longest wave, 1 / omega with omega = sqrt(beta) 2 sin(pi / L): the plaquettes
   * of small angles are waves, whatever the charge does.
   */
  @Override
  public double trajectoryLength(double variance) {
    int extent = Math.max(lattice.extent(0), lattice.extent(1));
    return 1 / Math.max(Math.sqrt(beta) * 2 * Math.sin(Math.PI / extent), LEAST_FREQUENCY);
  }

  @Override
  public void normalise(float[] fields, int offset) {
    for (int i = offset; i < offset + 2 * lattice.sites(); i++) {
      if (!(fields[i] <= Math.PI && fields[i] > -Math.PI)) {
        fields[i] = Angles.canonical(fields[i]);
      }
    }
  }

  /** Links whose plaquettes are all 2 pi / V, up to one that is also wrapped once. */
  @Override
  public float[] instanton() {
    double[] even = new double[lattice.sites()];
    java.util.Arrays.fill(even, 2 * Math.PI / lattice.sites());
    double[] links = new double[2 * lattice.sites()];
    plaquettes.links(even, links);
    float[] rounded = new float[links.length];
    for (int i = 0; i < links.length; i++) {
      rounded[i] = (float) links[i];
    }
    return rounded;
  }

  @Override
  public Sweep sweep(ProgramBuilder b, Value theta, Parameter width, int draw) {
    return sweep.add(b, theta, width, draw);
  }

  @Override
  public int draws() {
    return sweep.draws();
  }

  @Override
  public int proposals() {
    return 2 * lattice.sites();
  }

  @Override
  public double largestWidth() {
    return Math.PI;
  }

  /** The plaquettes of this lattice. */
  public U1Plaquettes plaquettes() {
    return plaquettes;
  }

  /**
   * {@inheritDoc}
   *
   * <p>NaN where a plaquette angle is beyond 8192 radians, which no machine's cosine takes.
   */
  @Override
  public double action(float[] fields, int offset) {
    double sum = 0;
    for (int x = 0; x < lattice.sites(); x++) {
      sum += cos(plaquettes.angle(fields, offset, x));
    }
    return -beta * sum;
  }

  /** {@inheritDoc} As for floats. */
  @Override
  public double action(double[] fields, int offset) {
    double sum = 0;
    for (int x = 0; x < lattice.sites(); x++) {
      sum += cos(plaquettes.angle(fields, offset, x));
    }
    return -beta * sum;
  }

  private static double cos(double angle) {
    return Math.abs(angle) <= LARGEST_ANGLE ? Angles.cos(angle) : Double.NaN;
  }

  @Override
  public List<String> observables() {
    return observables.names();
  }

  @Override
  public Map<String, Sectors> sectors() {
    return Map.of("charge", Sectors.INTEGERS);
  }

  @Override
  public String picture() {
    return "plaquette angle";
  }

  /** The plaquette angle of the site in [-pi, pi). */
  @Override
  public double pictured(float[] fields, int offset, int site) {
    return Angles.wrap(plaquettes.angle(fields, offset, site));
  }

  @Override
  public void observe(float[] fields, int offset, double action, double[] into) {
    observables.observe(fields, offset, action, into);
  }
}
