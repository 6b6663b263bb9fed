package org.fieldstream.server.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The contents of {@code model.json}.
 *
 * @param format version of this description, {@value #FORMAT}
 * @param id model id
 * @param generator generator kind
 * @param architecture architecture by name: {@code form} and the sizes of that form
 * @param target what the model samples
 * @param quality what was measured after training
 * @param training how it was made, if by training here
 * @param imported where it came from, if made elsewhere
 * @param certificates what certifications of its streams found, by exactness
 * @param facts what whoever had it trained wanted noted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelDescription(
    String format,
    String id,
    String generator,
    Map<String, Object> architecture,
    TargetRecord target,
    @Nullable Quality quality,
    @Nullable Training training,
    @Nullable Import imported,
    @Nullable Map<String, Certified> certificates,
    @Nullable Map<String, String> facts) {
  /** The format that this code reads and writes. */
  public static final String FORMAT = "fieldstream-model/1";

  /** A description of a model that was not certified. */
  public ModelDescription(
      String format,
      String id,
      String generator,
      Map<String, Object> architecture,
      TargetRecord target,
      @Nullable Quality quality,
      @Nullable Training training,
      @Nullable Import imported) {
    this(format, id, generator, architecture, target, quality, training, imported, null, null);
  }

  /** A description of a model that was not imported. */
  public ModelDescription(
      String format,
      String id,
      String generator,
      Map<String, Object> architecture,
      TargetRecord target,
      @Nullable Quality quality,
      @Nullable Training training) {
    this(format, id, generator, architecture, target, quality, training, null);
  }

  /** This description with another measured quality. */
  ModelDescription with(Quality measured) {
    return new ModelDescription(
        format,
        id,
        generator,
        architecture,
        target,
        measured,
        training,
        imported,
        certificates,
        facts);
  }

  /** This description with facts. */
  ModelDescription noting(Map<String, String> noted) {
    return new ModelDescription(
        format,
        id,
        generator,
        architecture,
        target,
        quality,
        training,
        imported,
        certificates,
        noted.isEmpty() ? null : new TreeMap<>(noted));
  }

  /** This description with one more certificate. */
  ModelDescription with(String exactness, Certified certified) {
    Map<String, Certified> all = new TreeMap<>();
    if (certificates != null) {
      all.putAll(certificates);
    }
    all.put(exactness, certified);
    return new ModelDescription(
        format, id, generator, architecture, target, quality, training, imported, all, facts);
  }

  /**
   * What a certification of the model's streams found.
   *
   * @param verdict PASSED, REFUSED or UNDECIDED
   * @param sigmas significance of the worst test, all tests taken into account
   * @param configurations how many were tested
   * @param sentence all this for a person
   * @param time when, ISO 8601
   */
  public record Certified(
      String verdict, double sigmas, int configurations, String sentence, String time) {}

  /** Theory, lattice extents (slowest first) and couplings. */
  public record TargetRecord(String theory, List<Integer> extents, Map<String, Double> couplings) {}

  /**
   * Measured quality; of a model for a range of couplings, where the ESS is smallest of the
   * couplings it was trained at.
   *
   * @param samples independent draws behind the numbers
   * @param seed their stream seed
   * @param ess (sum w)^2 / (n sum w^2) over all samples
   * @param acceptance of an independence Metropolis chain over the same draws
   * @param logWeightVariance variance of log w
   * @param integrationError RMS change of log q under step doubling; null where log q is exact
   * @param burnIn proposals before state 0 of a Metropolis chain, from these draws' weights ({@link
   *     org.fieldstream.server.generator.BurnIn}); null where the ESS alone decides
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Quality(
      int samples,
      long seed,
      double ess,
      double acceptance,
      double logWeightVariance,
      @Nullable Double integrationError,
      @Nullable Integer burnIn) {}

  /**
   * How the model was made.
   *
   * @param command the command that repeats it
   * @param seed seed of the training
   * @param steps optimiser steps taken
   * @param batch configurations in a step
   * @param finalLoss mean of S + log q over the last steps
   * @param seconds wall-clock time
   * @param machine what computed it
   * @param java Java version
   */
  public record Training(
      String command,
      long seed,
      long steps,
      int batch,
      double finalLoss,
      long seconds,
      String machine,
      String java) {}

  /**
   * Where imported weights came from.
   *
   * @param command the command that imported them
   * @param sha256 SHA-256 of the file, lower-case hex
   * @param inverseError RMS difference of log q by the map and by its inverse, over float32 fields
   * @param machine what computed it
   * @param java Java version
   */
  public record Import(
      String command, String sha256, double inverseError, String machine, String java) {}
}
