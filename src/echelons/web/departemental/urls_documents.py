"""Addresses of the documents received; included at the root, before what takes every address of a contract."""

from django.urls import path

from echelons.web.departemental.vues import documents

urlpatterns = [
    path("contrats/<slug:code>/documents/", documents.documents, name="documents"),
    path("documents/<uuid:reference>/", documents.document, name="document"),
    path("documents/<uuid:reference>/vignette/", documents.vignette, name="document_vignette"),
    path("documents/<uuid:reference>/retirer/", documents.retirer, name="document_retirer"),
]
