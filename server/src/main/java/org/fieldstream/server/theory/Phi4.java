package org.fieldstream.server.theory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.lattice.Stencil;
import org.fieldstream.kernels.program.Parameter;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;
import org.fieldstream.monitoring.alarms.Sectors;
import org.jspecify.annotations.Nullable;

/**
 * Scalar phi^4 theory in 1 to 4 dimensions, in two conventions for the same theory:
 *
 * <pre>
 * mass form     S = sum_x [(2D + m2) phi^2 - 2 sum_mu phi_x phi_{x+mu} + lambda phi^4]
 * hopping form  S = sum_x [-2 kappa sum_mu phi_x phi_{x+mu} + phi^2 + lambda_h (phi^2 - 1)^2]
 * </pre>
 *
 * with {@code phi_mass = sqrt(kappa) phi_hop}, {@code (2D + m2) kappa = 1 - 2 lambda_h} and {@code
 * lambda kappa^2 = lambda_h}. Mass form as in Albergo et al., arXiv 2101.08176, equation (16);
 * hopping form as in Montvay and Muenster, "Quantum Fields on a Lattice", section 2.1.
 *
 * <p>Not thread-safe: {@link #observe} works in scratch arrays of its own.
 */
public final class Phi4 implements Dynamics {
  /** The name of the theory. */
  public static final String NAME = "phi4";

  /** Variance of |x| for a normal x. */
  private static final double SPREAD_OF_ABSOLUTE = 1 - 2 / Math.PI;

  private final Lattice lattice;
  private final Map<String, Double> couplings;
  private final double quadratic;
  private final double quartic;
  private final double hopping;
  private final double constant;
  private final Phi4Observables observables;
  private int[] nearest = {};

  private Phi4(
      Lattice lattice,
      Map<String, Double> couplings,
      double quadratic,
      double quartic,
      double hopping,
      double constantPerSite) {
    this.lattice = lattice;
    this.couplings = couplings;
    this.quadratic = quadratic;
    this.quartic = quartic;
    this.hopping = hopping;
    this.constant = constantPerSite * lattice.sites();
    this.observables = new Phi4Observables(lattice);
  }

  /**
   * The theory of a target: couplings {@code m2} and {@code lambda}, or {@code kappa} and {@code
   * lambda_h}; 1 to 4 extents, at most 2^20 sites.
   *
   * @param target a request's target; null where it has none
   * @throws BadTargetException naming the field at fault
   */
  public static Phi4 of(@Nullable Target target) {
    return Phi4Target.theory(target);
  }

  /** The mass form; lambda at least 0, and m2 positive where lambda is 0. */
  public static Phi4 massForm(Lattice lattice, double m2, double lambda) {
    return new Phi4(
        lattice, Map.of("m2", m2, "lambda", lambda), 2 * lattice.dimensions() + m2, lambda, 1, 0);
  }

  /** The hopping form; kappa of any sign, lambda_h at least 0. */
  public static Phi4 hoppingForm(Lattice lattice, double kappa, double lambdaH) {
    return new Phi4(
        lattice,
        Map.of("kappa", kappa, "lambda_h", lambdaH),
        1 - 2 * lambdaH,
        lambdaH,
        kappa,
        lambdaH);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The lattice. */
  public Lattice lattice() {
    return lattice;
  }

  @Override
  public int sites() {
    return lattice.sites();
  }

  @Override
  public List<Integer> extents() {
    List<Integer> extents = new ArrayList<>();
    for (int extent : lattice.extents()) {
      extents.add(extent);
    }
    return extents;
  }

  @Override
  public int components() {
    return 1;
  }

  @Override
  public Map<String, Double> couplings() {
    return couplings;
  }

  @Override
  public Value action(ProgramBuilder b, Value phi) {
    return b.dot(phi, overField(b, phi));
  }

  /** Adds each site's share of the action to a program, {@code [1][V]}, up to the constant. */
  public Value density(ProgramBuilder b, Value phi) {
    return b.mul(phi, overField(b, phi));
  }

  /** S = sum_x phi (a phi + lambda phi^3 - 2 kappa sum_mu phi_{x+mu}), without the first phi. */
  private Value overField(ProgramBuilder b, Value phi) {
    Value local = b.mul(phi, b.affine(quartic, b.mul(phi, phi), quadratic));
    Value neighbours = b.stencilSum(phi, Stencil.forward(lattice));
    return b.linear(1, local, -2 * hopping, neighbours);
  }

  /**
   * Adds the gradient of the action to a program, in fewer ops than the adjoint of {@link #action}
   * takes:
   *
   * <pre>dS/dphi_x = phi_x (2 a + 4 lambda phi_x^2) - 2 kappa sum_mu (phi_{x+mu} + phi_{x-mu})
   * </pre>
   *
   * with a = 2D + m2, kappa = 1 in the mass form and a = 1 - 2 lambda_h, lambda = lambda_h in the
   * hopping form.
   *
   * @param phi the field, {@code [1][V]}
   * @return dS/dphi, {@code [1][V]}
   */
  public Value gradient(ProgramBuilder b, Value phi) {
    Value local = b.mul(phi, b.affine(4 * quartic, b.mul(phi, phi), 2 * quadratic));
    int taps = 2 * lattice.dimensions();
    Value neighbours = b.gather(phi, 1, lattice.sites(), taps, nearest());
    return b.linear(1, local, -2 * hopping, neighbours);
  }

  /** In one op. */
  @Override
  public List<Value> kickAndDrift(
      ProgramBuilder b, Value momentum, Parameter s, Value phi, Parameter r) {
    int taps = 2 * lattice.dimensions();
    return b.cubicStep(
        momentum, s, phi, 2 * quadratic, 4 * quartic, -2 * hopping, taps, nearest(), r);
  }

  /** One table for all force evaluations of a trajectory, so that it stays in the cache. */
  private int[] nearest() {
    if (nearest.length == 0) {
      nearest = Stencil.nearest(lattice).table();
    }
    return nearest;
  }

  /** What multiplies -2 phi_x phi_{x+mu} in S: 1 in the mass form, kappa in the hopping form. */
  public double hopping() {
    return hopping;
  }

  /** Whether the theory is free: no quartic term. */
  public boolean isFree() {
    return quartic == 0;
  }

  /**
   * Eigenvalue of the quadratic part at a momentum: {@code S = sum_k e_k |phi_k|^2 + ...} with
   * {@code e_k = khat^2 + m2} in the mass form, so that the free propagator is 1 / (2 e_k).
   *
   * @param khat2 khat^2 of the momentum, 0 to 4D
   */
  public double eigenvalue(double khat2) {
    return quadratic - 2 * hopping * lattice.dimensions() + hopping * khat2;
  }

  /**
   * Typical size of the field at one site, s with {@code a s^2 + lambda s^4 = 1/2}: the scale of a
   * hot start.
   */
  public double siteScale() {
    double root = Math.sqrt(quadratic * quadratic + 2 * quartic);
    // The same root of the quadratic equation twice, each without cancellation.
    return Math.sqrt(quadratic > 0 ? 1 / (quadratic + root) : (root - quadratic) / (2 * quartic));
  }

  /** Normals times {@link #siteScale()}. */
  @Override
  public Value hotStart(ProgramBuilder b, int draw) {
    return b.scale(siteScale(), b.normal(draw, 1, lattice.sites()));
  }

  /** Of fields as large as {@link #siteScale()}. */
  @Override
  public double largestFrequency() {
    return largestFrequency(siteScale());
  }

  /** |m|. */
  @Override
  public double slow(float[] fields, int offset) {
    double sum = 0;
    for (int x = offset; x < offset + lattice.sites(); x++) {
      sum += fields[x];
    }
    return Math.abs(sum) / lattice.sites();
  }

  /**
   * One radian of a harmonic mode of variance chi = V (&lt;m^2&gt; - &lt;m&gt;^2), tau = sqrt(chi).
   * Trajectories that grow with the correlation length turn critical slowing down from z = 2 into z
   * = 1 (A. D. Kennedy, B. Pendleton, Nucl. Phys. B 607 (2001) 456). A quarter period, ideal for a
   * harmonic mode, was measured to cost more than it gains on interacting ones.
   *
   * <p>chi is taken from the spread of |m|, V var(|m|) / (1 - 2/pi): equal to it for a Gaussian m,
   * and the spread within one well where m has two.
   */
  @Override
  public double trajectoryLength(double variance) {
    return Math.sqrt(lattice.sites() * variance / SPREAD_OF_ABSOLUTE);
  }

  /**
   * Largest frequency of the equations of motion for fields of size s: {@code omega^2 = 2 e_max +
   * 12 lambda s^2}, with momenta of unit mass.
   *
   * @param s size of the field at one site
   */
  public double largestFrequency(double s) {
    double most = Math.max(eigenvalue(0), eigenvalue(4.0 * lattice.dimensions()));
    return Math.sqrt(Math.max(2 * most + 12 * quartic * s * s, 1e-6));
  }

  /**
   * The part of S that does not depend on the field: 0 in the mass form, lambda_h V in the hopping
   * form.
   */
  @Override
  public double constant() {
    return constant;
  }

  @Override
  public double action(float[] fields, int offset) {
    double sum = constant;
    for (int site = 0; site < lattice.sites(); site++) {
      double neighbours = 0;
      for (int axis = 0; axis < lattice.dimensions(); axis++) {
        neighbours += fields[offset + forward(site, axis)];
      }
      sum += term(fields[offset + site], neighbours);
    }
    return sum;
  }

  @Override
  public double action(double[] fields, int offset) {
    double sum = constant;
    for (int site = 0; site < lattice.sites(); site++) {
      double neighbours = 0;
      for (int axis = 0; axis < lattice.dimensions(); axis++) {
        neighbours += fields[offset + forward(site, axis)];
      }
      sum += term(fields[offset + site], neighbours);
    }
    return sum;
  }

  /** A site's share of S. */
  private double term(double phi, double neighbours) {
    return phi * (quadratic * phi + quartic * phi * phi * phi - 2 * hopping * neighbours);
  }

  /**
   * The force at a site, dS/dphi_x.
   *
   * @param phi the field there
   * @param neighbours the sum of the field over all 2D neighbours
   */
  public double force(double phi, double neighbours) {
    return phi * (2 * quadratic + 4 * quartic * phi * phi) - 2 * hopping * neighbours;
  }

  /** d2S/dphi_x^2 at a site where the field is phi. */
  public double curvature(double phi) {
    return 2 * quadratic + 12 * quartic * phi * phi;
  }

  private int forward(int site, int axis) {
    int stride = lattice.stride(axis);
    boolean last = lattice.coordinate(site, axis) == lattice.extent(axis) - 1;
    return last ? site - stride * (lattice.extent(axis) - 1) : site + stride;
  }

  /** The sign of the magnetisation, which a chain in the broken phase may keep for ever. */
  @Override
  public Map<String, Sectors> sectors() {
    return Map.of("m", Sectors.SIGNS);
  }

  @Override
  public List<String> observables() {
    return observables.names();
  }

  @Override
  public void observe(float[] fields, int offset, double action, double[] into) {
    observables.observe(fields, offset, action, into);
  }
}
