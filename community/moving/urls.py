from django.urls import path

from community.moving.views import exports, imports

urlpatterns = [
    path("desk/import/", imports.index, name="desk_imports"),
    path("desk/import/template/", imports.template, name="desk_imports_template"),
    path("desk/import/<pid:public_id>/", imports.page, name="desk_import"),
    path("desk/import/<pid:public_id>/mistakes/", imports.mistakes, name="desk_import_mistakes"),
    path("desk/import/<pid:public_id>/carry/", imports.carry, name="desk_import_carry"),
    path("desk/import/<pid:public_id>/undo/", imports.undo, name="desk_import_undo"),
    path("desk/import/<pid:public_id>/drop/", imports.drop, name="desk_import_drop"),
    path("desk/export/", exports.index, name="desk_exports"),
    path("desk/export/<pid:public_id>/", exports.file, name="desk_export"),
]
