package org.fieldstream.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the house go one way. */
@AnalyzeClasses(packages = "org.fieldstream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule KERNELS_KNOW_NO_PHYSICS_AND_NO_WIRE =
      noClasses()
          .that()
          .resideInAPackage("org.fieldstream.kernels..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.fieldstream.server..",
              "org.fieldstream.monitoring..",
              "org.fieldstream.v1..",
              "io.vertx..",
              "io.micrometer..");

  @ArchTest
  static final ArchRule NOTHING_HERE_KNOWS_THE_CLIENT =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.fieldstream.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.fieldstream.client..");

  @ArchTest
  static final ArchRule MONITORING_KNOWS_NO_WIRE_AND_NO_KERNELS =
      noClasses()
          .that()
          .resideInAPackage("org.fieldstream.monitoring..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.fieldstream.server..",
              "org.fieldstream.kernels..",
              "org.fieldstream.v1..",
              "io.vertx..");

  @ArchTest
  static final ArchRule THEORIES_KNOW_NO_GENERATORS =
      noClasses()
          .that()
          .resideInAPackage("org.fieldstream.server.theory..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.fieldstream.server.generator..",
              "org.fieldstream.server.training..",
              "org.fieldstream.server.session..",
              "org.fieldstream.server.grpc..",
              "org.fieldstream.v1..",
              "io.vertx..");

  @ArchTest
  static final ArchRule GENERATORS_KNOW_NO_STREAMS =
      noClasses()
          .that()
          .resideInAPackage("org.fieldstream.server.generator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.fieldstream.server.session..",
              "org.fieldstream.server.grpc..",
              "org.fieldstream.server.http..",
              "org.fieldstream.server.training..",
              "org.fieldstream.v1..",
              "io.vertx..");

  @ArchTest
  static final ArchRule TRAINING_KNOWS_NO_STREAMS =
      noClasses()
          .that()
          .resideInAPackage("org.fieldstream.server.training..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.fieldstream.server.session..",
              "org.fieldstream.server.grpc..",
              "org.fieldstream.server.http..",
              "org.fieldstream.v1..",
              "io.vertx..");

  @ArchTest
  static final ArchRule SESSIONS_KNOW_NO_WIRE =
      noClasses()
          .that()
          .resideInAPackage("org.fieldstream.server.session..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.fieldstream.server.grpc..",
              "org.fieldstream.server.http..",
              "org.fieldstream.v1..",
              "io.vertx.grpc..",
              "io.vertx.ext.web..");
}
